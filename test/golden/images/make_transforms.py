"""Makes transforms.json with PyTorch: the transforms that ClinicaDL 1.6.1 applies to an element, written with torch operations."""
import json
import torch

torch.manual_seed(7)
element = (torch.randn(1, 5, 4, 6) * 40 + 100).float()
spoiled = element.clone()
spoiled[0, 1, 2, 3] = float("nan")
spoiled[0, 4, 0, 0] = float("inf")
spoiled[0, 0, 3, 5] = float("-inf")
rgb = torch.randn(3, 7, 5).float()


def minmax(x):
    return (x - x.min()) / (x.max() - x.min())


bounds = {2: [(4, 164), (8, 200), (8, 168)], 3: [(0, 168), (8, 200), (4, 172)], 4: [(4, 164), (8, 200), (8, 168)], 5: [(4, 164), (0, 200), (8, 168)]}


def reduce_size(x, factor):
    (a, b), (c, d), (e, f) = bounds[factor]
    return x[:, a:b:factor, c:d:factor, e:f:factor]


def describe(x):
    flat = x.double().flatten()
    return {"shape": list(x.shape), "first": flat[0].item(), "last": flat[-1].item(), "sum": flat.sum().item()}


whole = torch.arange(169 * 208 * 179).float().reshape(1, 169, 208, 179)
patch = torch.arange(50 ** 3).float().reshape(1, 50, 50, 50)
flat = lambda x: [v if v == v and abs(v) != float("inf") else str(v) for v in x.flatten().tolist()]
json.dump(
    {
        "minmax": [{"shape": list(x.shape), "input": flat(x), "output": flat(minmax(x))} for x in (element, rgb)],
        "nan": {"input": flat(spoiled), "output": flat(torch.nan_to_num(spoiled))},
        "reduced": {str(f): {"whole": describe(reduce_size(whole, f)), "patch": describe(reduce_size(patch, f))} for f in bounds},
    },
    open("transforms.json", "w"),
)
