"""Weights saved in other ways than ClinicaDL's, for test/checkpoint-kinds.road.test.ts.

make FILE FOLDER: writes <kind>.pth into FOLDER, each with the weights of FILE. run FILE CODE: runs lines of Python on FILE.
"""
import argparse
import collections
import os
import pickle
import sys
import zipfile

import numpy
import torch


def make(path, folder):
    whole = torch.load(path)
    state = whole["model"]

    def prefixed(prefix):
        return collections.OrderedDict((prefix + k, v) for k, v in state.items())

    def floats(change):
        return collections.OrderedDict((k, change(v) if v.is_floating_point() else v) for k, v in state.items())

    net = torch.nn.Module()
    for name, value in state.items():
        *parents, last = name.split(".")
        place = net
        for parent in parents:
            if parent not in place._modules:
                place.add_module(parent, torch.nn.Module())
            place = place._modules[parent]
        if "running" in last or "num_batches" in last:
            place.register_buffer(last, value)
        else:
            place.register_parameter(last, torch.nn.Parameter(value))
    kinds = {
        "half": {**whole, "model": floats(lambda v: v.half())},
        "double": {**whole, "model": floats(lambda v: v.double())},
        "parameter": {**whole, "model": floats(torch.nn.Parameter)},
        "plain_dict": {**whole, "model": dict(state)},
        "state_dict": state,
        "nested": {"epoch": 3, "state_dict": state},
        "net": {"net": state, "optimizer": {"lr": 1}},
        "module_prefix": {**whole, "model": prefixed("module.")},
        "lightning": {"state_dict": prefixed("model."), "pytorch-lightning_version": "1.9"},
        "compiled": prefixed("_orig_mod.module."),
        "numpy_scalar": {**whole, "loss": numpy.float64(0.3)},
        "numpy_weights": {**whole, "model": {k: v.numpy() for k, v in state.items()}},
        "namespace": {**whole, "args": argparse.Namespace(lr=1)},
        "two": {"model_a": state, "model_b": state},
        "whole_module": net,
    }
    for kind, value in kinds.items():
        torch.save(value, f"{folder}/{kind}.pth")
    torch.save(whole, f"{folder}/legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(net, f"{folder}/legacy_module.pth", _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(net), f"{folder}/torchscript.pth")
    with open(f"{folder}/pickle.pth", "wb") as file:
        pickle.dump(dict(state), file)
    numpy.savez(f"{folder}/npz.npz", **{k: v.numpy() for k, v in state.items()})
    os.rename(f"{folder}/npz.npz", f"{folder}/npz.pth")
    with zipfile.ZipFile(f"{folder}/zipped.pth", "w") as archive:
        archive.write(path, "model.pth.tar")
    header = b'{"fc.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    with open(f"{folder}/safetensors.pth", "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header + b"\0\0\0\0")
    with open(f"{folder}/onnx.pth", "wb") as file:
        file.write(b"\x08\x07\x12\x07pytorch\x1a\x052.0.0:\x02\x0a\x00")


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    os.chdir(os.path.dirname(sys.argv[2]))
    exec(sys.argv[3], {"torch": torch})
