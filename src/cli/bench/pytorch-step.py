"""PyTorch's side of the benchmark: the same network, weights and input; one training step for each line that comes in.

Argument: a folder with case.json and weights.bin. Prints a JSON line when ready (version, device, threads, or absent: why not) and
one per step (loss, ms).
"""
import json
import sys
import time

case = json.load(open(f"{sys.argv[1]}/case.json"))


def say(**values):
    print(json.dumps(values), flush=True)


def refuse(reason):
    say(absent=reason)
    sys.exit(0)


try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    refuse(f"no PyTorch ({error})")

if case["threads"] is not None:
    torch.set_num_threads(case["threads"])
cuda = case["device"] == "cuda"
if cuda and not torch.cuda.is_available():
    refuse(f"PyTorch {torch.__version__} sees no CUDA device")
# Float32 throughout, as ours.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True
device = torch.device(case["device"])


class PadMaxPool(nn.Module):
    """One plane of zeros in front of odd axes, then max pooling."""

    def forward(self, x):
        return F.max_pool3d(F.pad(x, [p for n in reversed(x.shape[2:]) for p in (n % 2, 0)]), 2, 2)


class Network(nn.Module):
    """Conv4_FC3 or Conv5_FC3 without dropout, by the names and shapes of its state."""

    def __init__(self, state):
        super().__init__()
        layers = []
        for name in [name for name in state if name.startswith("convolutions.") and state[name].dim() == 5]:
            outputs, inputs = state[name].shape[:2]
            layers += [nn.Conv3d(inputs, outputs, 3, padding=1), nn.BatchNorm3d(outputs), nn.ReLU(), PadMaxPool()]
        self.convolutions = nn.Sequential(*layers)
        (i, a), (b, o) = state["fc.2.weight"].shape[::-1], state["fc.6.weight"].shape[::-1]
        linear = [nn.Linear(i, a), nn.ReLU(), nn.Linear(a, b), nn.ReLU(), nn.Linear(b, o)]
        self.fc = nn.Sequential(nn.Flatten(), nn.Identity(), *linear)

    def forward(self, x):
        return self.fc(self.convolutions(x))


numbers = torch.from_file(f"{sys.argv[1]}/weights.bin", size=case["floats"], dtype=torch.float32)
tensors, place = {}, 0
for name, shape in case["tensors"]:
    size = int(torch.tensor(shape).prod())
    tensors[name] = numbers[place : place + size].view(shape).clone()
    place += size
x = tensors.pop("input")
labels = torch.tensor(case["labels"], device=device)
network = Network(tensors)
network.load_state_dict(tensors, strict=False)
network.to(device).train()
optimizer = torch.optim.Adam(network.parameters(), lr=case["learning_rate"], weight_decay=case["weight_decay"])
say(
    version=torch.__version__,
    device=torch.cuda.get_device_name() if cuda else "cpu",
    threads=torch.get_num_threads(),
)

for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(network(x.to(device)), labels)
    loss.backward()
    optimizer.step()
    value = loss.item()
    if cuda:
        torch.cuda.synchronize()
    say(loss=value, ms=1000 * (time.perf_counter() - start))
