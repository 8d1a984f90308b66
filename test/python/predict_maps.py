"""Probabilities of a MAPS in plain PyTorch: argv are the model file, then pairs of tensor files. Prints one JSON list per tensor."""
import json
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F


class PadMaxPool(nn.Module):
    """One zero plane in front of odd axes, then max pooling."""

    def forward(self, x):
        pads = [p for n in reversed(x.shape[2:]) for p in (n % 2, 0)]
        return F.max_pool3d(F.pad(x, pads), 2, 2)


class Conv4FC3(nn.Module):
    def __init__(self, features):
        super().__init__()
        channels = [1, 8, 16, 32, 64, 128]
        layers = []
        for a, b in zip(channels, channels[1:]):
            layers += [nn.Conv3d(a, b, 3, padding=1), nn.BatchNorm3d(b), nn.ReLU(), PadMaxPool()]
        self.convolutions = nn.Sequential(*layers)
        self.fc = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.5), nn.Linear(features, 50), nn.ReLU(), nn.Linear(50, 40), nn.ReLU(), nn.Linear(40, 2)
        )

    def forward(self, x):
        return self.fc(self.convolutions(x))


model = torch.load(sys.argv[1], weights_only=True)
network = Conv4FC3(model["model"]["fc.2.weight"].shape[1])
network.load_state_dict(model["model"])
network.eval()
with torch.no_grad():
    for path in sys.argv[2:]:
        x = torch.load(path, weights_only=True)
        x = (x - x.min()) / (x.max() - x.min())
        print(json.dumps(F.softmax(network(x[None]), dim=1)[0].tolist()))
