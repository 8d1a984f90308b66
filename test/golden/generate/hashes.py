"""SHA-256 of the voxels of a folder of golden files (generate/caps_rand, caps_triv, caps_shepp): python hashes.py FOLDER > hashes.json"""
import gzip
import hashlib
import json
import sys
from pathlib import Path

import torch

found = {}
for path in sorted(Path(sys.argv[1]).glob("caps_*/subjects/sub-*/ses-M000/**/*")):
    if path.name.endswith("T1w.nii.gz"):
        voxels = gzip.decompress(path.read_bytes())[352:]
    elif path.name.endswith("phantom.pt"):
        voxels = torch.load(path).contiguous().numpy().tobytes()
    else:
        continue
    found.setdefault(path.parts[len(Path(sys.argv[1]).parts)], {})[path.name.split("_")[0]] = hashlib.sha256(voxels).hexdigest()
json.dump(found, sys.stdout, indent=4)
