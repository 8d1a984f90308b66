"""Maps of small networks by plain PyTorch autograd, in double precision: python make.py > maps.json

The networks are those of ClinicaDL's Conv4_FC3 (2D) and Conv5_FC3 (3D), written out here; weights and inputs are formulas.
Values are float32, base64.
"""
import base64
import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


class FrontPool(nn.Module):
    def __init__(self, rank):
        super().__init__()
        self.pool = F.max_pool2d if rank == 2 else F.max_pool3d
        self.rank = rank

    def forward(self, x):
        pads = []
        for size in reversed(x.shape[2:]):
            pads += [size % 2, 0]
        return self.pool(F.pad(x, pads), 2, 2)


def network(rank, channels, space, hidden, outputs):
    conv, norm = (nn.Conv2d, nn.BatchNorm2d) if rank == 2 else (nn.Conv3d, nn.BatchNorm3d)
    modules, before = [], channels
    for out in (8, 16, 32, 64, 128):
        modules += [conv(before, out, 3, padding=1), norm(out), nn.ReLU(), FrontPool(rank)]
        before = out
    features = 128 * math.prod(math.ceil(n / 32) for n in space)
    fc = nn.Sequential(
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(features, hidden[0]), nn.ReLU(),
        nn.Linear(hidden[0], hidden[1]), nn.ReLU(), nn.Linear(hidden[1], outputs),
    )
    model = nn.Module()
    model.convolutions, model.fc = nn.Sequential(*modules), fc
    return model


def fill(model):
    """Value i of the tensor k of the state dict, rounded to float32."""
    for k, (name, tensor) in enumerate(model.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            continue
        i = np.arange(tensor.numel(), dtype=np.float64)
        wave = np.sin(0.7 * i + 0.3 * (i % 17) + k)
        if name.endswith("running_var"):
            values = 0.5 + wave**2
        elif tensor.dim() > 1:
            values = wave * math.sqrt(3 / (tensor.numel() / tensor.shape[0]))
        elif name.endswith("weight"):
            values = 1 + 0.3 * wave
        else:
            values = 0.2 * wave
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(tensor.shape))


def code(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode()


def grad_cam(model, x, level, node, published):
    inner = model.convolutions[:level](x).detach().requires_grad_(True)
    (grad,) = torch.autograd.grad(model.fc(model.convolutions[level:](inner))[:, node].sum(), inner)
    if published:
        weights = grad.mean(dim=tuple(range(2, grad.dim())), keepdim=True)
        cam = F.relu((weights * inner).sum(1, keepdim=True))
    else:
        cam = (grad.mean(dim=(2, 3), keepdim=True) * inner).mean(1, keepdim=True)
    mode = "bilinear" if x.dim() == 4 else "trilinear"
    return F.interpolate(cam, size=x.shape[2:], mode=mode, align_corners=True)


def occlusion(predict, x, size, stride):
    space = x.shape[2:]
    starts = []
    for n in space:
        last = max(0, n - size)
        starts.append(sorted({*range(0, last, stride), last}))
    total, count = torch.zeros(x.shape[0], *space), torch.zeros(space)
    before = predict(x)
    mean = x.mean(dim=tuple(range(2, x.dim())), keepdim=True)
    grid = np.stack(np.meshgrid(*starts, indexing="ij"), -1).reshape(-1, len(space))
    for place in grid:
        cut = tuple(slice(int(a), int(a) + size) for a in place)
        y = x.clone()
        y[(slice(None), slice(None), *cut)] = mean.expand_as(x)[(slice(None), slice(None), *cut)]
        fall = before - predict(y)
        total[(slice(None), *cut)] += fall.view(-1, *[1] * len(space))
        count[cut] += 1
    return total / count


cases = []
for title, rank, space, hidden, channels in (("slice", 2, (21, 18), (50, 40), 3), ("patch", 3, (18, 9, 11), (1300, 50), 1)):
    model = network(rank, channels, space, hidden, 2).eval()
    fill(model)
    i = np.arange(2 * channels * math.prod(space), dtype=np.float64)
    x = torch.from_numpy((np.sin(0.37 * i + 0.11 * (i % 13)) * 0.5 + 0.5).astype(np.float32).astype(np.float64))
    x = x.reshape(2, channels, *space)
    node = 1
    predict = lambda y: model.fc(model.convolutions(y))[:, node]
    with torch.no_grad():
        outputs, black, covered = predict(x), predict(torch.zeros_like(x)), occlusion(predict, x, 5, 3)

    def gradient(y):
        y = y.detach().requires_grad_(True)
        return torch.autograd.grad(predict(y).sum(), y)[0]

    steps = 7
    integrated = x * sum(gradient(x * (k + 0.5) / steps) for k in range(steps)) / steps
    cases.append({
        "title": title, "space": space, "hidden": hidden, "channels": channels, "node": node, "steps": steps,
        "cubes": {"size": 5, "stride": 3},
        "outputs": outputs.tolist(), "black": black.tolist(),
        "gradients": code(gradient(x)),
        "grad_cam": [
            {"level": level, "published": published, "map": code(grad_cam(model, x, level or 20, node, published))}
            for level in (None, 6, 8) for published in (False, True)
        ],
        "integrated": code(integrated),
        "occlusion": code(covered),
    })
print(json.dumps(cases, indent=1))
