"""Module trees of ClinicaDL 1.6.1's networks, as PyTorch prints them, and the versions in the metadata of their state dicts.

network_modules.py FILE: writes test/golden/networks/modules.json. Needs ClinicaDL 1.6.1. resnet18 keeps the weights that it draws instead
of those that it would load; the two classes in 2D and CAE_half, which cannot be constructed, are repaired as the README there says.
"""
import json
import sys

import clinicadl.utils.network as networks
import clinicadl.utils.network.vae.vae_layers as layers
import clinicadl.utils.network.vae.vanilla_vae as vanilla
import torch
import torch.utils.model_zoo

BLOCKS = {
    "conv0": {"in_channels": None, "out_channels": 4, "n_conv": 2, "d_reduction": "MaxPooling"},
    "conv1": {"in_channels": 4, "out_channels": 8, "n_conv": 1, "d_reduction": "stride"},
}
RANDOM = {"convolutions_dict": BLOCKS, "dropout": 0.25, "output_size": 3}
CNN = {"output_size": 2, "dropout": 0.5}
DENSE = {"latent_space_size": 10, "feature_size": 32, "recons_weight": 1, "kl_weight": 1}
CVAE = {"size_reduction_factor": 5, "latent_space_size": 6, "recons_weight": 1, "kl_weight": 1}
CASES = [
    ("Conv4_FC3", {"input_size": [3, 36, 33], **CNN}),
    ("Conv5_FC3", {"input_size": [1, 33, 37, 31], **CNN}),
    ("Stride_Conv5_FC3", {"input_size": [1, 33, 37, 31], **CNN}),
    ("Conv5_FC3_SSDA", {"input_size": [3, 37, 33], **CNN}),
    ("AE_Conv4_FC3", {"input_size": [3, 37, 33]}),
    ("AE_Conv5_FC3", {"input_size": [1, 33, 37, 30]}),
    ("resnet18", {"input_size": [3, 65, 70], **CNN}),
    ("resnet18", {"input_size": [3, 36, 32], "output_size": 3, "dropout": 0.0}),
    ("ResNet3D", {}),
    ("SqueezeExcitationCNN", {}),
    ("RandomArchitecture", {"input_size": [1, 33, 37, 31], "n_fcblocks": 2, "network_normalization": "BatchNorm", **RANDOM}),
    ("RandomArchitecture", {"input_size": [3, 33, 37], "n_fcblocks": 3, "network_normalization": "InstanceNorm", **RANDOM}),
    ("RandomArchitecture", {"input_size": [1, 32, 32], "n_fcblocks": 1, "network_normalization": None, **RANDOM}),
    ("Vanilla3DdenseVAE", {"size_reduction_factor": 5, "n_conv": 4, "io_layer_channels": 8, **DENSE}),
    ("Vanilla3DdenseVAE", {"size_reduction_factor": 3, "n_conv": 3, "io_layer_channels": 2, **DENSE, "feature_size": 0}),
    ("CVAE_3D", {"latent_space_size": 2}),
    ("CVAE_3D_half", CVAE),
    ("CVAE_3D_final_conv", CVAE),
    ("GeneratorUNet", {}),
    ("VanillaDenseVAE", {"input_size": [3, 37, 50], **DENSE}),
    ("VanillaSpatialVAE", {"input_size": [1, 48, 35], **DENSE}),
    ("CAE_half", {"input_size": [1, 80, 96, 80], "latent_space_size": 8}),
]


def keep_drawn_weights():
    load = torch.nn.Module.load_state_dict
    torch.utils.model_zoo.load_url = torch.hub.load_state_dict_from_url = lambda *_, **__: {}
    torch.nn.Module.load_state_dict = lambda self, state, *rest, **named: load(self, state, *rest, **named) if state else None


def repair():
    encoder, decoder, convolution = layers.VAE_Encoder, layers.VAE_Decoder, torch.nn.Conv2d
    vanilla.VAE_Encoder = lambda *rest, input_size=None, **named: encoder(*([input_size] if input_size else []), *rest, **named)
    vanilla.VAE_Decoder = lambda *rest, input_size=None, **named: decoder(*([input_size] if input_size else []), *rest, **named)

    class Conv2d(convolution):
        def __init__(self, *rest, output_padding=0, **named):
            super().__init__(*rest, **named)

    layers.nn.Conv2d = Conv2d
    begin = torch.nn.Module.__init__

    def begun(cls, *_, **__):
        made = object.__new__(cls)
        begin(made)
        return made

    networks.CAE_half.__new__ = staticmethod(begun)
    # What CAE_half assigned before its base class was constructed is kept.
    torch.nn.Module.__init__ = lambda self, *rest, **named: None if self.__dict__.get("_modules") else begin(self, *rest, **named)


def described(name, arguments):
    torch.manual_seed(0)
    network = getattr(networks, name)(gpu=False, **arguments)
    metadata = network.state_dict()._metadata
    return {
        "network": name,
        "args": arguments,
        "layers": str(getattr(network, "layers", None)),
        "versions": [[module, entry["version"]] for module, entry in metadata.items()],
    }


keep_drawn_weights()
repair()
cases = [described(name, arguments) for name, arguments in CASES]
with open(sys.argv[1], "w") as file:
    json.dump({"clinicadl": "1.6.1", "torch": torch.__version__.split("+")[0], "cases": cases}, file, indent=1)
    file.write("\n")
