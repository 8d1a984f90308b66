"""State dicts of PyTorch's optimisers after two steps on two parameters, saved as ClinicaDL saves them. Made with PyTorch 1.13."""
import os
import torch

here = os.path.dirname(os.path.abspath(__file__))
for name in ["Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "ASGD", "NAdam", "RAdam", "RMSprop", "SGD"]:
    weight = torch.nn.Parameter(torch.arange(6, dtype=torch.float32).reshape(2, 3) / 8)
    bias = torch.nn.Parameter(torch.tensor([0.5, -0.25]))
    optimizer = getattr(torch.optim, name)([weight, bias], lr=1e-3, weight_decay=1e-4)
    for step in range(2):
        optimizer.zero_grad()
        ((weight**2).sum() * (step + 1) + (bias * 3).sum()).backward()
        optimizer.step()
    folder = os.path.join(here, name)
    os.makedirs(folder, exist_ok=True)
    content = {"optimizer": optimizer.state_dict(), "epoch": 1, "name": "Conv4_FC3"}
    torch.save(content, os.path.join(folder, "optimizer.pth.tar"))
