"""Semi-supervised domain adaptation of Conv5_FC3_SSDA in plain PyTorch: losses of each step and evaluation, and the weights after it.

    OMP_NUM_THREADS=1 python test/python/adaptation.py test/golden/adaptation/steps.json

What it follows is told in test/golden/adaptation/README.md. ClinicaDL is not needed, and could not do it.
"""
import json
import math
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, RandomSampler, SubsetRandomSampler, WeightedRandomSampler

SIZE = (20, 24, 20)
BATCH, EPOCHS, DROPOUT, SEED = 2, 3, 0.25, 0
SOURCE = {"train": range(0, 7), "validation": range(7, 10)}
TARGET = {"train": range(12, 14), "validation": range(14, 17), "unlabelled": range(17, 24)}


def image(s, inverted):
    d, h, w = SIZE
    v = torch.arange(d * h * w, dtype=torch.int64)
    a = ((7919 * s + 104729 * v + 31 * s * v) % 1009).double() / 1008
    if s % 2 == 1:
        a = torch.where(v // (h * w) >= d / 2, a + 0.5, a)
    x = a.float()
    x = (x - x.min()) / (x.max() - x.min())
    return (1 - x if inverted else x).reshape(1, *SIZE)


class Images(Dataset):
    def __init__(self, numbers, inverted):
        self.items = [(image(s, inverted), s % 2) for s in numbers]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.neg() * ctx.alpha, None


class Dropout(nn.Module):
    """One double for each value: the stream of builds without MKL."""

    def forward(self, x):
        if not self.training or DROPOUT == 0:
            return x
        return x * ((torch.rand(x.shape, dtype=torch.float64) < 1 - DROPOUT).float() / (1 - DROPOUT))


class PadMaxPool(nn.Module):
    """Zeros in front of axes of odd length."""

    def forward(self, x):
        padding = [p for length in reversed(x.shape[2:]) for p in (length % 2, 0)]
        return nn.functional.max_pool3d(nn.functional.pad(x, padding), 2)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [1, 8, 16, 32, 64, 128]
        self.convolutions = nn.Sequential(
            *(
                layer
                for c, o in zip(channels, channels[1:])
                for layer in (nn.Conv3d(c, o, 3, padding=1), nn.BatchNorm3d(o), nn.ReLU(), PadMaxPool())
            )
        )
        # The constructor's pass of one empty image.
        with torch.no_grad():
            features = self.convolutions(torch.zeros(1, 1, *SIZE)).numel()

        def head():
            hidden = [nn.Linear(features, 1300), nn.ReLU(), nn.Linear(1300, 50), nn.ReLU(), nn.Linear(50, 2)]
            return nn.Sequential(nn.Flatten(), Dropout(), *hidden)

        self.fc_class_source, self.fc_class_target, self.fc_domain = head(), head(), head()

    def forward(self, x, alpha):
        features = self.convolutions(x)
        source, target = self.fc_class_source(features), self.fc_class_target(features)
        return source, target, self.fc_domain(Reverse.apply(features, alpha))


def evaluate(model, data, head):
    model.eval()
    total = torch.zeros(())
    with torch.no_grad():
        for x, y in DataLoader(data, batch_size=BATCH):
            total += nn.functional.cross_entropy(model(x, 0)[head], y)
    model.train()
    return total.item()


def run(weighted):
    source = {name: Images(numbers, False) for name, numbers in SOURCE.items()}
    target = {name: Images(numbers, True) for name, numbers in TARGET.items()}
    torch.manual_seed(SEED)
    model = Network()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    labels = [y for _, y in source["train"].items]
    sampler = (
        WeightedRandomSampler([1 / labels.count(y) for y in labels], len(labels))
        if weighted
        else RandomSampler(source["train"])
    )
    count = len(source["train"]) // BATCH
    repeated = [i % len(target["train"]) for i in range(count)]
    loaders = (
        DataLoader(source["train"], batch_size=BATCH, sampler=sampler, drop_last=True),
        DataLoader(target["train"], batch_size=1, sampler=SubsetRandomSampler(repeated), drop_last=True),
        DataLoader(target["unlabelled"], batch_size=BATCH, shuffle=True, drop_last=True),
    )
    ce = nn.functional.cross_entropy
    steps, rows = [], []
    for epoch in range(EPOCHS):
        alpha = 2 / (1 + math.exp(-10 * epoch / 10)) - 1
        for (xs, ys), (xl, yl), (xu, _) in zip(*loaders):
            of_source, _, domain_s = model(xs, alpha)
            _, of_target, domain_l = model(xl, alpha)
            _, _, domain_u = model(xu, alpha)
            domains = ((domain_s, 0), (domain_l, 1), (domain_u, 1))
            domain = sum(ce(out, torch.full((len(out),), value)) for out, value in domains)
            loss = ce(of_source, ys) + ce(of_target, yl) + 0.1 * domain
            optimizer.zero_grad()
            loss.backward()
            # Zero but for rounding: the norm behind takes them out again.
            for name, parameter in model.named_parameters():
                if name.startswith("convolutions") and parameter.ndim == 1 and int(name.split(".")[1]) % 4 == 0:
                    parameter.grad.zero_()
            optimizer.step()
            steps.append(loss.item())
        rows.append(
            [evaluate(model, source[name], 0) for name in ("train", "validation")]
            + [evaluate(model, target[name], 1) for name in ("train", "validation")]
        )
    state = {
        name: [value.double().sum().item(), value.double().norm().item()]
        for name, value in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    counter = model.state_dict()["convolutions.1.num_batches_tracked"].item()
    return {"steps": steps, "rows": rows, "state": state, "batches": counter, "next": torch.rand(3).tolist()}


with open(sys.argv[1], "w") as file:
    json.dump({"random": run(False), "weighted": run(True)}, file, indent=1)
