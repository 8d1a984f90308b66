"""Makes normalisations.json with PyTorch, in float64: InstanceNorm and the activations that follow it, or activations alone.

Tensors are n d h w c; dy weighs the output of which dx is the gradient.
"""
import json
import torch

torch.manual_seed(11)


def numbers(t):
    return [float(f"{v:.9g}") for v in t.flatten().tolist()]


def activate(x, name, slope):
    functions = {
        "none": lambda: x,
        "relu": lambda: torch.relu(x),
        "leaky-relu": lambda: torch.nn.functional.leaky_relu(x, slope),
        "elu": lambda: torch.nn.functional.elu(x),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
    }
    return functions[name]()


def case(x, norm, activation, slope=0.0):
    x = x.float().double().requires_grad_()
    channels_first = x.permute(0, 4, 1, 2, 3)
    normal = torch.nn.functional.instance_norm(channels_first, eps=1e-5) if norm else channels_first
    y = activate(normal, activation, slope).permute(0, 2, 3, 4, 1)
    dy = torch.randn(y.shape).float().double()
    (y * dy).sum().backward()
    return {
        "norm": norm,
        "activation": {"kind": activation, "slope": slope} if activation == "leaky-relu" else {"kind": activation},
        "shape": list(x.shape),
        "x": numbers(x.detach()),
        "y": numbers(y.detach()),
        "dy": numbers(dy),
        "dx": numbers(x.grad),
    }


def values(*shape, mean=0.0, scale=1.0):
    return torch.randn(shape) * scale + mean


extremes = torch.tensor([0.0, -0.0, 1e-6, -1e-6, 1e-3, -1e-3, 0.3, -0.3, 0.36, -0.36, 3, -3, 20, -20, 60, -60, 100, -100, 1e4, -1e4])
cases = [
    case(values(2, 3, 5, 4, 3), True, "none"),
    case(values(1, 3, 4, 5, 8, mean=100), True, "leaky-relu", 0.2),
    case(values(2, 1, 5, 6, 5, mean=-3, scale=10), True, "leaky-relu", 0.01),
    case(values(1, 3, 3, 3, 16), True, "relu"),
    case(values(2, 2, 3, 2, 1, scale=0.01), True, "elu"),
    case(values(1, 1, 7, 5, 4), True, "sigmoid"),
    case(values(1, 5, 3, 2, 3), True, "tanh"),
    case(values(2, 2, 2, 2, 2, scale=1e-3), True, "leaky-relu", 0.2),
] + [
    case(extremes.reshape(1, 1, 4, 1, 5), False, kind, slope)
    for kind, slope in [("relu", 0), ("leaky-relu", 0.2), ("leaky-relu", 0.01), ("elu", 0), ("sigmoid", 0), ("tanh", 0)]
]
with open("normalisations.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
