"""State dicts as PyTorch wrote them before 0.4, when they held parameters: FOLDER/legacy_parameters_python2.pth, FOLDER/legacy_parameters_python3.pth.

The first as Python 2 pickled it (texts without encoding, the ordered dictionary from a list of pairs, parameters made empty and given a
state of five), the second with parameters made of a tensor and given a state of three. torch.load reads both.
"""
import collections
import copyreg
import pickle
import sys

import torch

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
SYSTEM = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
TENSORS = {
    "conv1.weight": torch.arange(6.0).reshape(1, 2, 3) / 4,
    "bn1.weight": torch.tensor([1.5, -2.0]),
    "bn1.running_mean": torch.tensor([0.25, 0.125]),
}


class Storage:
    def __init__(self, key, size):
        self.id = ("storage", torch.FloatStorage, key, "cpu", size, None)


class Pickler(pickle._Pickler):
    dispatch = pickle._Pickler.dispatch.copy()
    python2 = False

    def persistent_id(self, value):
        return value.id if isinstance(value, Storage) else None

    def save_text(self, text):
        if not self.python2:
            return pickle._Pickler.save_str(self, text)
        self.write(b"U" + bytes([len(text)]) + text.encode())
        self.memoize(text)

    def save_state(self, state):
        if self.python2:
            self.save_reduce(collections.OrderedDict, ([list(item) for item in state.items()],))
        else:
            self.save_reduce(collections.OrderedDict, (), dictitems=iter(state.items()))

    def save_item(self, item):
        tensor = self.rebuilt(item)
        if not item.is_parameter:
            self.save_reduce(*tensor)
            return
        hooks = collections.OrderedDict()
        made = Reduced(*tensor)
        if self.python2:
            self.save_reduce(copyreg.__newobj__, (torch.nn.Parameter,), (made, None, None, True, False))
        else:
            self.save_reduce(torch.nn.Parameter, (made,), (True, False, hooks))

    def rebuilt(self, item):
        value = item.value
        return torch._utils._rebuild_tensor, (Storage(item.key, value.numel()), 0, tuple(value.shape), tuple(value.stride()))

    def save_reduced(self, made):
        self.save_reduce(made.function, made.arguments)


class Reduced:
    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments


class Item:
    def __init__(self, key, value, is_parameter):
        self.key, self.value, self.is_parameter = key, value, is_parameter


class State(dict):
    pass


Pickler.dispatch.update(
    {str: Pickler.save_text, State: Pickler.save_state, Item: Pickler.save_item, Reduced: Pickler.save_reduced}
)


def write(path, python2):
    state = State({name: Item(str(1000 + i), value, "running" not in name) for i, (name, value) in enumerate(TENSORS.items())})
    keys = [item.key for item in state.values()]
    with open(path, "wb") as file:
        for value in (MAGIC, PROTOCOL, SYSTEM, state, keys):
            pickler = Pickler(file, protocol=2)
            pickler.python2 = python2
            pickler.dump(value)
        for value in TENSORS.values():
            file.write(value.numel().to_bytes(8, "little") + value.numpy().tobytes())
    read = torch.load(path)
    assert all(torch.equal(read[name].data, value) for name, value in TENSORS.items()) and list(read) == list(TENSORS)
    assert isinstance(read["bn1.weight"], torch.nn.Parameter) and read["bn1.weight"].requires_grad


write(f"{sys.argv[1]}/legacy_parameters_python2.pth", True)
write(f"{sys.argv[1]}/legacy_parameters_python3.pth", False)
