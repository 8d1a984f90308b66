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


class Graph(nn.Module):
    """A network from its nodes: what each reads, its operation, and the name of the layer whose parameters it uses."""

    def __init__(self, nodes, state):
        super().__init__()
        self.nodes = nodes
        self.rank = len(nodes[0]["shape"]) - 1
        three = self.rank == 3
        self.layers = nn.ModuleDict()
        for node in nodes:
            name, a = node["layer"], node["attributes"]
            if node["op"] in ("conv", "conv-transpose"):
                transposed = node["op"] == "conv-transpose"
                make = {
                    (False, False): nn.Conv2d, (False, True): nn.Conv3d,
                    (True, False): nn.ConvTranspose2d, (True, True): nn.ConvTranspose3d,
                }[transposed, three]
                more = {"output_padding": a["outputPadding"]} if transposed else {}
                layer = make(a["inChannels"], a["outChannels"], a["kernel"], a["stride"], a["padding"], bias=a["bias"], **more)
            elif node["op"] == "linear":
                layer = nn.Linear(a["inFeatures"], a["outFeatures"])
            elif node["op"] == "batch-norm":
                layer = (nn.BatchNorm3d if three else nn.BatchNorm2d)(a["channels"])
            else:
                continue
            own = {key[len(name) + 1 :]: value for key, value in state.items() if key.startswith(name + ".")}
            layer.load_state_dict(own, strict=False)
            self.layers[name.replace(".", "/")] = layer

    def pool(self, x, places):
        """One zero in front of odd axes, then windows of 2."""
        x = F.pad(x, [p for n in reversed(x.shape[2:]) for p in (n % 2, 0)])
        pool = F.max_pool3d if self.rank == 3 else F.max_pool2d
        return (x.shape, *pool(x, 2, 2, return_indices=True)) if places else pool(x, 2, 2)

    def forward(self, x):
        three = self.rank == 3
        undone = {node["inputs"][1] for node in self.nodes if node["op"] == "max-unpool"}
        places, values = {}, []
        for number, node in enumerate(self.nodes):
            a, op = node["attributes"], node["op"]
            inputs = [values[i] for i in node["inputs"]]
            if op == "input":
                y = x
            elif node["layer"] and node["layer"].replace(".", "/") in self.layers:
                y = self.layers[node["layer"].replace(".", "/")](inputs[0])
            elif op == "activation":
                kinds = {"relu": F.relu, "elu": F.elu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
                y = F.leaky_relu(inputs[0], a["slope"]) if a["kind"] == "leaky" else kinds[a["kind"]](inputs[0])
            elif op == "pad-max-pool":
                if number in undone:
                    shape, y, indices = self.pool(inputs[0], True)
                    places[number] = (shape, indices)
                else:
                    y = self.pool(inputs[0], False)
            elif op == "max-unpool":
                shape, indices = places[node["inputs"][1]]
                unpool = F.max_unpool3d if three else F.max_unpool2d
                y = unpool(inputs[0], indices, 2, 2, output_size=shape[2:])
                y = y[(..., *(slice(have - want, None) for have, want in zip(shape[2:], a["like"][1:])))]
            elif op == "max-pool":
                y = (F.max_pool3d if three else F.max_pool2d)(inputs[0], a["kernel"], a["stride"], a["padding"])
            elif op == "mean":
                y = inputs[0].flatten(2).mean(2)
            elif op == "reshape":
                y = inputs[0].reshape(len(x), *a["shape"])
            elif op == "add":
                y = inputs[0] + inputs[1]
            elif op == "sample":
                # With noise of zeros, as the other side has it.
                y = inputs[0] + torch.zeros_like(inputs[1]) * torch.exp(0.5 * inputs[1])
            elif op == "dropout":
                y = inputs[0]
            else:
                raise ValueError(f"the benchmark has no {op}")
            values.append(y)
        return values


def loss_of(values):
    """The loss of a batch from all values of the graph."""
    outputs, options = case["graph"]["outputs"], case["graph"]["loss"]
    if options["loss"] == "CrossEntropyLoss":
        return F.cross_entropy(values[outputs["output"]], labels)
    if options["loss"] == "MSELoss":
        return F.mse_loss(values[outputs["output"]], values[0])
    mean, log_variance = values[outputs["mu"]].flatten(1), values[outputs["logVar"]].flatten(1)
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
    errors = F.mse_loss(values[outputs["reconstruction"]], values[0], reduction="sum")
    return options["recons_weight"] * errors + options["kl_weight"] * divergence


numbers = torch.from_file(f"{sys.argv[1]}/weights.bin", size=case["floats"], dtype=torch.float32)
tensors, place = {}, 0
for name, shape in case["tensors"]:
    size = int(torch.tensor(shape).prod())
    tensors[name] = numbers[place : place + size].view(shape).clone()
    place += size
x = tensors.pop("input").movedim(-1, 1).contiguous()
labels = torch.tensor(case["labels"], device=device)
network = Graph(case["graph"]["nodes"], tensors)
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
    loss = loss_of(network(x.to(device)))
    loss.backward()
    optimizer.step()
    value = loss.item()
    if cuda:
        torch.cuda.synchronize()
    say(loss=value, ms=1000 * (time.perf_counter() - start))
