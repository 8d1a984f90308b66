"""The other side of src/formats/torch-peer.test.ts: PyTorch checks our files and makes files for us.

Arguments: folder, number of files. Reads ours-<i>.pt and ours-<i>.json, writes theirs-<i>.pt and theirs-<i>.json;
prints one line per difference found in our files.
"""
import hashlib
import json
import random
import sys
from collections import OrderedDict

import torch

folder, count = sys.argv[1], int(sys.argv[2])
DTYPES = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
WORDS = {8: torch.int64, 4: torch.int32, 2: torch.int16, 1: torch.uint8}


def digest(tensor):
    bits = tensor.detach().contiguous().view(WORDS[tensor.element_size()]) if tensor.numel() else tensor.detach()
    data = bits.numpy().tobytes() if tensor.numel() else b""
    return hashlib.sha256(data).hexdigest()


def facts(value, storages):
    """A value as JSON that says its Python type, bit for bit."""
    if isinstance(value, torch.Tensor):
        address = (value.storage()._cdata, value.dtype)
        return {
            "tensor": str(value.dtype).replace("torch.", ""),
            "shape": list(value.shape),
            "strides": list(value.stride()),
            "offset": value.storage_offset(),
            "storage": storages.setdefault(address, len(storages)),
            "length": len(value.storage()),
            "grad": value.requires_grad,
            "parameter": isinstance(value, torch.nn.Parameter),
            "sha256": digest(value),
        }
    if isinstance(value, OrderedDict):
        metadata = getattr(value, "_metadata", None)
        return {
            "ordered": [[facts(k, storages), facts(v, storages)] for k, v in value.items()],
            "metadata": None if metadata is None else facts(metadata, storages),
        }
    if isinstance(value, dict):
        return {"dict": [[facts(k, storages), facts(v, storages)] for k, v in value.items()]}
    if isinstance(value, list):
        return {"list": [facts(v, storages) for v in value]}
    if isinstance(value, tuple):
        return {"tuple": [facts(v, storages) for v in value]}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return {"int": str(value)}


def make_tensor(rng, pool):
    if pool and rng.random() < 0.3:
        base = rng.choice(pool)
    else:
        dtype = getattr(torch, rng.choice(DTYPES))
        size = rng.choice([0, 1, 2, 7, 24, 60, 300])
        raw = torch.tensor([rng.randrange(256) for _ in range(size * 8)], dtype=torch.uint8)
        width = torch.tensor([], dtype=dtype).element_size()
        if dtype is torch.bool:
            base = raw[:size] > 127
        elif size == 0:
            base = torch.empty(0, dtype=dtype)
        else:
            base = raw[: size * width].clone().view(WORDS[width]).view(dtype)
        pool.append(base)
    shape = [rng.randrange(1, 5) for _ in range(rng.randrange(0, 5))]
    strides = [rng.choice([0, 1, 2, 3, 6]) for _ in shape]
    needed = sum((n - 1) * s for n, s in zip(shape, strides)) + 1
    if base.numel() < needed or rng.random() < 0.2:
        return base
    view = base.as_strided(shape, strides, rng.randrange(base.numel() - needed + 1))
    if view.dtype.is_floating_point and rng.random() < 0.1:
        return torch.nn.Parameter(view, requires_grad=rng.random() < 0.5)
    return view


def make_text(rng):
    return "".join(rng.choice("abcdé漢 .😀") for _ in range(rng.randrange(6)))


def make_value(rng, pool, depth):
    kind = rng.randrange(11 if depth < 3 else 8)
    if kind < 3:
        return make_tensor(rng, pool)
    if kind == 3:
        return rng.choice([0, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31), 2**53, -(2**63), rng.getrandbits(200)])
    if kind == 4:
        return rng.choice([0.0, -0.0, 1e-8, float("inf"), rng.random()])
    if kind == 5:
        return rng.choice([None, True, False])
    if kind < 8:
        return make_text(rng)
    items = [make_value(rng, pool, depth + 1) for _ in range(rng.choice([0, 1, 2, 3, 5]))]
    if kind == 8:
        return items
    if kind == 9:
        return tuple(items)
    return dict(enumerate(items))


def make_file(seed):
    rng = random.Random(seed)
    pool = []
    size = [1000, 2000, 1001, 999][seed] if seed < 4 else rng.randrange(1, 30)
    state = OrderedDict((f"layer.{i}.weight", make_tensor(rng, pool)) for i in range(rng.randrange(1, 30)))
    state._metadata = OrderedDict((f"layer.{i}", {"version": 1 + i % 2}) for i in range(len(state)))
    # Dicts and ordered dicts end their last batch of 1000 items differently.
    items = {f"item_{i}": i if size > 500 else make_value(rng, pool, 0) for i in range(size)}
    # Texts must not appear twice as one object: JavaScript cannot see that, so such files are not written byte for byte.
    ordered = OrderedDict((i, None) for i in range(size))
    return {"model": state, "items": items, "ordered": ordered, "list": list(range(size)), "epoch": seed}


for i in range(count):
    with open(f"{folder}/ours-{i}.json") as file:
        expected = json.load(file)
    # weights_only of PyTorch 1.13 refuses every float, also in files of its own; ours with even numbers have none.
    for weights_only in (False, True) if i % 2 == 0 else (False,):
        found = facts(torch.load(f"{folder}/ours-{i}.pt", weights_only=weights_only), {})
        if found != expected:
            print(f"ours-{i}.pt, weights_only={weights_only}: {json.dumps(found)[:2000]}")

for i in range(count):
    value = make_file(i)
    torch.save(value, f"{folder}/theirs-{i}.pt")
    torch.save(value, f"{folder}/legacy-{i}.pt", _use_new_zipfile_serialization=False)
    with open(f"{folder}/theirs-{i}.json", "w") as file:
        json.dump(facts(torch.load(f"{folder}/theirs-{i}.pt"), {}), file)
