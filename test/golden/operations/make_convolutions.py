"""Makes convolutions.json with PyTorch in double precision: convolutions and transposed convolutions, values and gradients.

Input, filter and the gradient of the output come from formulas, so only what follows from them is stored. Shapes and orders are
PyTorch's; a transposed filter is [in, out, ...].
"""
import json
import os
import torch
import torch.nn.functional as F


def sine(shape):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(0.37 * i + 0.11 * (i % 13)).float().double().reshape(shape).requires_grad_()


def cosine(shape):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.cos(0.71 * i + 0.23 * (i % 7)).float().double().reshape(shape).requires_grad_()


def weights(shape):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (((i % 101) - 50) / 50).float().double().reshape(shape)


def numbers(tensor):
    return [float("%.9g" % v) for v in tensor.flatten().tolist()]


def case(title, shape, out, kernel, stride, padding, output_padding=None):
    x = sine(shape)
    axes = len(shape) - 2
    transposed = output_padding is not None
    filter_shape = ([shape[1], out] if transposed else [out, shape[1]]) + [kernel] * axes
    w = cosine(filter_shape)
    if transposed:
        y = (F.conv_transpose3d if axes == 3 else F.conv_transpose2d)(x, w, None, stride, padding, output_padding)
    else:
        y = (F.conv3d if axes == 3 else F.conv2d)(x, w, None, stride, padding)
    y.backward(weights(y.shape))
    record = {"title": title, "shape": shape, "filter": filter_shape, "stride": stride, "padding": padding}
    if transposed:
        record["output_padding"] = output_padding
    return {**record, "out_shape": list(y.shape), "y": numbers(y), "dx": numbers(x.grad), "dw": numbers(w.grad)}


cases = [
    case("filter 3, stride 2, odd and even sizes, two samples", [2, 2, 5, 4, 7], 3, 3, 2, 1),
    case("filter 4, stride 2", [1, 1, 4, 5, 6], 2, 4, 2, 1),
    case("filter 3, stride 2, one voxel", [1, 2, 1, 1, 1], 2, 3, 2, 1),
    case("filter 1, stride 2", [1, 3, 3, 4, 5], 2, 1, 2, 0),
    case("filter 3, stride 1", [1, 2, 3, 4, 2], 1, 3, 1, 1),
    case("filter 2, stride 3", [1, 1, 5, 4, 8], 2, 2, 3, 0),
    case("image, filter 7, stride 2", [1, 3, 9, 12], 2, 7, 2, 3),
    case("image, filter 1, stride 2", [2, 3, 5, 6], 2, 1, 2, 0),
    case("image, filter 3, stride 2", [2, 1, 7, 4], 3, 3, 2, 1),
    case("transposed, filter 4, stride 2, output padding", [1, 2, 2, 3, 2], 3, 4, 2, 1, [0, 1, 1]),
    case("transposed, filter 3, stride 2, output padding", [2, 3, 2, 2, 3], 1, 3, 2, 1, [1, 1, 1]),
    case("transposed, filter 3, stride 2", [1, 2, 3, 2, 4], 2, 3, 2, 1, [0, 0, 0]),
    case("transposed, filter 3, stride 1", [1, 2, 3, 4, 2], 3, 3, 1, 1, [0, 0, 0]),
    case("transposed, filter 4, one voxel", [1, 2, 1, 1, 1], 2, 4, 2, 1, [0, 0, 0]),
    case("transposed, filter 2, stride 3", [1, 1, 2, 3, 2], 2, 2, 3, 0, [0, 0, 0]),
    case("image, transposed, filter 4, stride 2, output padding", [2, 2, 3, 4], 3, 4, 2, 1, [1, 0]),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "convolutions.json"), "w") as file:
    file.write('{"cases": [\n' + ",\n".join(json.dumps(one) for one in cases) + "\n]}\n")
