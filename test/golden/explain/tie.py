"""The gradient that one maximum of maps_cls moves: python tie.py STUDY MODEL > tie.json

In the image of sub-T08 two voxels of channel 21 before the third pool differ by 2.1e-7, less than float32 tells apart there. PyTorch 1.13, which
made maps_cls, took the other one than double precision (and PyTorch 2.8) do. The values are the map with its choice less the map with theirs;
STUDY is test/golden/study, MODEL the model.pth.tar of split 0, best loss. Box: first voxels and sizes; float32, base64.
"""
import base64
import glob
import json
import sys

import nibabel as nib
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

study, model = sys.argv[1:]
[file] = glob.glob(f"{study}/caps/subjects/sub-T08/ses-M000/t1_linear/*.nii.gz")
x = torch.from_numpy(nib.load(file).get_fdata().astype("f4"))[None, None]
x = ((x - x.min()) / (x.max() - x.min())).double()


class Pool(nn.Module):
    def forward(self, v):
        return F.max_pool3d(F.pad(v, [p for s in reversed(v.shape[2:]) for p in (s % 2, 0)]), 2, 2)


modules, before = [], 1
for out in (8, 16, 32, 64, 128):
    modules += [nn.Conv3d(before, out, 3, padding=1), nn.BatchNorm3d(out), nn.ReLU(), Pool()]
    before = out
net = nn.Module()
net.convolutions = nn.Sequential(*modules)
net.fc = nn.Sequential(
    nn.Flatten(), nn.Dropout(0.5), nn.Linear(256, 50), nn.ReLU(), nn.Linear(50, 40), nn.ReLU(), nn.Linear(40, 2)
)
net.load_state_dict(torch.load(model, map_location="cpu")["model"])
net.double().eval()


def gradient(other):
    y = x.clone().requires_grad_(True)
    v = y
    for k, module in enumerate(net.convolutions):
        if k == 11 and other:
            # Before the third pool: the second largest of the window at (2, 3, 0) (an odd axis is padded in front) is raised above the largest.
            window = v[0, 21, 4:6, 5:7, 0:2].detach().flatten()
            first, second = window.topk(2).indices
            raised = torch.zeros(8, dtype=torch.float64)
            raised[second] = 2 * (window[first] - window[second])
            add = torch.zeros_like(v)
            add[0, 21, 4:6, 5:7, 0:2] = raised.reshape(2, 2, 2)
            v = v + add
        v = module(v)
    return torch.autograd.grad(net.fc(v)[:, 0].sum(), y)[0][0, 0]


moved = gradient(True) - gradient(False)
places = moved.nonzero()
first, last = places.min(0).values, places.max(0).values
box = moved[tuple(slice(int(a), int(b) + 1) for a, b in zip(first, last))]
json.dump({
    "first": first.tolist(), "size": list(box.shape),
    "values": base64.b64encode(np.ascontiguousarray(box.numpy(), dtype="<f4").tobytes()).decode(),
}, sys.stdout)
