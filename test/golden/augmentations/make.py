"""Elements changed by the augmentations of ClinicaDL 1.6.1 with torchio 0.18.92 and SimpleITK: python make.py > changes.json

Each case seeds the three generators, changes two elements one after the other, and tells the next number of each generator.
Values are float32, base64; the element n is sin(0.37 i + 0.11 (i mod 13) + n) / 2 + 0.5 (`low`: without the 0.5), in C order.
"""
import base64
import json
import random
import sys

import numpy as np
import torch
from clinicadl.utils.caps_dataset.data import get_transforms


def element(shape, n, low):
    i = np.arange(np.prod(shape), dtype=np.float64)
    values = np.sin(0.37 * i + 0.11 * (i % 13) + n) * 0.5 + (0 if low else 0.5)
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def seed(value):
    random.seed(value)
    np.random.seed(value)
    torch.manual_seed(value)


# CropPad of 1.6.1 fails where an axis is shorter than its step.
small, large, plane = (1, 12, 13, 11), (1, 21, 18, 17), (3, 13, 12)
cases = []
for names, shape, seeds, low in [
    *[([name], small, (0, 1), False) for name in ("Noise", "Erasing", "CropPad", "Smoothing", "Motion", "Ghosting", "Spike", "BiasField", "RandomBlur")],
    *[([name], plane, (0, 3), False) for name in ("Noise", "Erasing", "CropPad", "Smoothing")],
    (["Spike"], small, (0, 5), True),
    (["Motion"], (1, 10, 11, 13), (4, 5), True),
    (["Ghosting"], (1, 8, 16, 11), (7, 8), True),
    (["RandomSwap"], large, (0, 1), False),
    (["CropPad", "Noise", "Ghosting", "Smoothing", "Erasing"], small, (0,), False),
]:
    change, _ = get_transforms(normalize=False, data_augmentation=names)
    for start in seeds:
        seed(start)
        found = [change(element(shape, n, low)) for n in range(2)]
        cases.append({
            "names": names, "shape": shape, "seed": start, "low": low,
            "values": [base64.b64encode(np.ascontiguousarray(one.numpy(), dtype="<f4").tobytes()).decode() for one in found],
            "torch": torch.rand(1).item(), "numpy": np.random.rand(), "python": random.random(),
        })
json.dump(cases, sys.stdout, indent=1)
