"""Probabilities of a MAPS in plain PyTorch: argv are the architecture, its model file and tensor files.

Prints one JSON list per tensor. Nothing but tensors and plain dictionaries may be in the files (weights_only).
"""
import json
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

HIDDEN = {"Conv4_FC3": (50, 40), "Conv5_FC3": (1300, 50)}


class PadMaxPool(nn.Module):
    """One plane of zeros in front of odd axes, then max pooling."""

    def forward(self, x):
        padded = F.pad(x, [p for n in reversed(x.shape[2:]) for p in (n % 2, 0)])
        return F.max_pool3d(padded, 2, 2) if x.dim() == 5 else F.max_pool2d(padded, 2, 2)


class ConvFC(nn.Module):
    def __init__(self, hidden, state):
        super().__init__()
        first = state["convolutions.0.weight"]
        volume = first.dim() == 5
        conv, norm = (nn.Conv3d, nn.BatchNorm3d) if volume else (nn.Conv2d, nn.BatchNorm2d)
        channels = [first.shape[1], 8, 16, 32, 64, 128]
        layers = []
        for a, b in zip(channels, channels[1:]):
            layers += [conv(a, b, 3, padding=1), norm(b), nn.ReLU(), PadMaxPool()]
        self.convolutions = nn.Sequential(*layers)
        features, outputs = state["fc.2.weight"].shape[1], state["fc.6.weight"].shape[0]
        a, b = hidden
        self.fc = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.5), nn.Linear(features, a), nn.ReLU(), nn.Linear(a, b), nn.ReLU(), nn.Linear(b, outputs)
        )

    def forward(self, x):
        return self.fc(self.convolutions(x))


architecture, file, *tensors = sys.argv[1:]
checkpoint = torch.load(file, weights_only=True)
assert checkpoint["name"] == architecture
network = ConvFC(HIDDEN[architecture], checkpoint["model"])
network.load_state_dict(checkpoint["model"])
network.eval()
with torch.no_grad():
    for path in tensors:
        x = torch.load(path, weights_only=True)
        x = (x - x.min()) / (x.max() - x.min())
        print(json.dumps(F.softmax(network(x[None]), dim=1)[0].tolist()))
