"""Probabilities of the network of test/own-network.road.test.ts, with our weights on our tensors, one line each.

Arguments: model file, tensors.
"""
import json
import sys

import torch
from torch.nn import functional as F


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleDict(
            {
                "first": torch.nn.Conv3d(1, 4, 3, padding=1),
                "second": torch.nn.Conv3d(4, 4, 3, padding=1),
                "classes": torch.nn.Linear(4, 2),
            }
        )

    def forward(self, x):
        x = F.relu(self.layers["first"](x))
        x = self.layers["second"](x) + x
        pads = [p for n in reversed(x.shape[2:]) for p in (n % 2, 0)]
        x = F.max_pool3d(F.pad(x, pads), 2)
        return self.layers["classes"](x.mean(dim=(2, 3, 4)))


network = Network().eval()
network.load_state_dict(torch.load(sys.argv[1])["model"])
for name in sys.argv[2:]:
    x = torch.load(name).float()
    x = (x - x.min()) / (x.max() - x.min())
    with torch.no_grad():
        print(json.dumps(torch.softmax(network(x[None]), dim=1)[0].tolist()))
