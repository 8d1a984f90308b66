"""Writes nifti.json: small images by nibabel 5.0.0 and hand-set headers, each with what nibabel reads or why it refuses."""
import base64
import io
import json
import random
import warnings

import nibabel as nib
import numpy as np
from nibabel.nifti1 import Nifti1Header, Nifti1Image
from nibabel.nifti2 import Nifti2Header, Nifti2Image

warnings.simplefilter("ignore")
random.seed(5)
np.random.seed(5)
TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]


def b64(data):
    return base64.b64encode(data).decode()


def voxels(dtype, shape):
    if np.dtype(dtype).kind == "f":
        return (np.random.randn(*shape) * 100).astype(dtype)
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**53)), min(info.max, 2**53)
    data = np.random.randint(low, high, size=shape, dtype=np.int64 if high <= 2**53 else None).astype(dtype)
    data.flat[0], data.flat[-1] = low, high
    return data


def build(version, dtype, endian, shape, fields):
    klass = Nifti1Header if version == 1 else Nifti2Header
    header = klass(endianness=endian)
    header.set_data_dtype(dtype)
    header.set_data_shape(shape)
    header["vox_offset"] = 352 if version == 1 else 544
    header["scl_slope"], header["scl_inter"] = 1, 0
    header["magic"] = b"n+1" if version == 1 else b"n+2"
    for name, value in fields.items():
        if isinstance(value, tuple) and isinstance(value[0], int) and name in ("dim", "pixdim") and len(value) == 2:
            header[name][value[0]] = value[1]
        else:
            header[name] = value
    data = voxels(dtype, shape).astype(np.dtype(dtype).newbyteorder(endian))
    return header.binaryblock + b"\0\0\0\0" + data.tobytes(order="F")


def judge(data, version):
    """What nibabel.load sees; the sniffing of file types is repeated here because the bytes are in memory."""
    result = {"file": b64(data)}
    try:
        sniffed = [k for k in (Nifti1Image, Nifti2Image) if k.header_class.may_contain_header(data[:1024])]
        if not sniffed:
            raise ValueError("no NIfTI")
        klass = sniffed[0]
        image = klass.from_bytes(data)
        as32 = image.get_fdata(dtype=np.float32, caching="unchanged")
        as64 = image.get_fdata(dtype=np.float64, caching="unchanged")
        result["shape"] = list(image.shape)
        result["affine"] = [[float(x).hex() for x in row] for row in np.asarray(image.affine, dtype=np.float64)]
        result["float32"] = b64(as32.astype("<f4").tobytes(order="F"))
        result["float64"] = b64(as64.astype("<f8").tobytes(order="F"))
    except Exception as error:
        result["error"] = f"{type(error).__name__}: {error}"[:80]
    return result


def quaternion(limit=1.0):
    q = np.random.randn(4)
    q /= np.linalg.norm(q)
    return {"quatern_b": q[1] * limit, "quatern_c": q[2] * limit, "quatern_d": q[3] * limit}


cases = []


def add(name, version, dtype="int16", endian="<", shape=(3, 2, 2), fields=None, patch=None, cut=None):
    data = build(version, dtype, endian, shape, fields or {})
    if patch is not None:
        at, new = patch
        data = data[:at] + new + data[at + len(new) :]
    if cut is not None:
        data = data[:cut]
    cases.append({"name": name, "version": version, **judge(data, version)})


for version in (1, 2):
    for endian in "<>":
        for dtype in TYPES:
            add(f"{dtype} {endian} v{version}", version, dtype, endian)
            add(f"{dtype} {endian} v{version} scaled", version, dtype, endian, fields={"scl_slope": 0.37, "scl_inter": -11.3})
    for slope, inter in [(0, 5), (np.nan, 1), (np.inf, 1), (1, 3.5), (2, 0), (1, np.nan), (2, np.inf), (-1e30, 1), (1e38, 0), (1, 1e38)]:
        for dtype in ("uint8", "int16", "int32", "float32"):
            add(f"slope {slope} inter {inter} {dtype} v{version}", version, dtype, fields={"scl_slope": slope, "scl_inter": inter})
    for shape in [(4,), (4, 3), (2, 2, 2, 3), (2, 2, 2, 1), (1, 1, 1, 1, 2), (2, 1, 1, 1, 1, 1, 2)]:
        add(f"shape {shape} v{version}", version, shape=shape, fields={"pixdim": np.arange(1, 9) / 2})
    rows = {"srow_x": [1, 2, 3, 4], "srow_y": [0.5, -1, 0, 7], "srow_z": [0.1, 0.2, 0.3, -90]}
    offsets = {"qoffset_x": 1.5, "qoffset_y": -20, "qoffset_z": 3.25}
    sizes = [1, 0.9, 1.1, 2.5, 1, 1, 1, 1]
    for codes in [(0, 0), (1, 0), (0, 1), (1, 1), (4, 2), (1, 4), (-1, 0), (0, 9), (9, -1), (2, 6)]:
        fields = {**rows, **offsets, **quaternion(), "pixdim": sizes, "qform_code": codes[0], "sform_code": codes[1]}
        add(f"qform {codes[0]} sform {codes[1]} v{version}", version, fields=fields)
    for _ in range(10):
        pixdim = [random.choice([1, -1]), *np.random.rand(3) * 3, 1, 1, 1, 1]
        add(f"rotation v{version}", version, fields={**offsets, **quaternion(), "pixdim": pixdim, "qform_code": 1})
    for half in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.6, 0.8, 0), (0.70710678, 0.70710678, 0)]:
        bcd = dict(zip(["quatern_b", "quatern_c", "quatern_d"], half))
        add(f"half turn {half} v{version}", version, fields={**bcd, "pixdim": sizes, "qform_code": 1})
    add(f"quaternion too long v{version}", version, fields={"quatern_b": 1.2, "qform_code": 1})
    add(f"quaternion nan v{version}", version, fields={"quatern_b": np.nan, "qform_code": 1})
    for pixdim in [[0, 1, 1, 1], [0.5, 1, 1, 1], [1, -2, 1, 1], [1, 0, 2, 0], [-1, -2, 0, 3], [np.nan, 1, 1, 1]]:
        for code in (0, 1):
            full = [*pixdim, 1, 1, 1, 1]
            add(f"pixdim {pixdim} qform {code} v{version}", version, fields={**offsets, "pixdim": full, "qform_code": code})
    for bitpix in (0, 8, 64, -16):
        add(f"bitpix {bitpix} v{version}", version, fields={"bitpix": bitpix})
    for code in (-1, 0, 1, 3, 5, 7, 9, 127, 513, 4096):
        add(f"datatype {code} v{version}", version, fields={"datatype": code})
    for code in (32, 128, 1536, 1792, 2048, 2304):
        add(f"refused datatype {code} v{version}", version, fields={"datatype": code})
    for axes in (-1, 0, 8, 9, 100, 256, 512, 32767):
        add(f"axes {axes} v{version}", version, fields={"dim": [axes, 3, 2, 2, 1, 1, 1, 1]})
    for size in (-1, -3, 0, 4, 32767):
        add(f"dim[1] {size} v{version}", version, fields={"dim": [3, size, 2, 2, 1, 1, 1, 1]})
    add(f"dims 32767 v{version}", version, fields={"dim": [7, *[32767] * 7]})
    for offset in (-1, 0, 1, 351, 353, 368, 543, 1e9, 1e18):
        add(f"vox_offset {offset} v{version}", version, fields={"vox_offset": offset})
    if version == 1:
        for offset in (np.nan, np.inf, 352.5):
            add(f"vox_offset {offset} v{version}", version, fields={"vox_offset": offset})
    for magic in (b"n+1", b"n+2", b"ni1", b"ni2", b"n+3", b"", b"xxxx"):
        add(f"magic {magic} v{version}", version, fields={"magic": magic})
    for size in (0, 347, 348, 349, 540, -1):
        add(f"sizeof_hdr {size} v{version}", version, fields={"sizeof_hdr": size})
    for cut in (0, 1, 4, 100, 347, 348, 352, 400, 539, 540, 544, 560):
        add(f"cut at {cut} v{version}", version, cut=cut)
add("eol_check zero v2", 2, fields={"eol_check": [0, 0, 0, 0]})
add("eol_check changed v2", 2, fields={"eol_check": [10, 26, 10, 0]})

affines = []
for kind in range(12):
    affine = np.eye(4)
    rotation = np.linalg.qr(np.random.randn(3, 3))[0]
    affine[:3, :3] = rotation * (np.random.rand(3) * 3 + 0.2)
    if kind > 7:
        affine[:3, :3] += np.random.randn(3, 3) * 0.2
    affine[:3, 3] = np.random.randn(3) * 50
    image = Nifti1Image(np.arange(12, dtype=np.float32).reshape(3, 2, 2, order="F"), affine)
    affines.append({"affine": affine.tolist(), "file": b64(image.to_bytes())})

with open("nifti.json", "w") as file:
    json.dump({"cases": cases, "affines": affines}, file, indent=0)
print(len(cases), sum("error" in c for c in cases))
