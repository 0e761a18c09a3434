# %% [markdown]
# # From the plant's history to an anomaly score in the plant, with PyTorch: an autoencoder of windows
# `pip install torch onnx onnxscript numpy`, then run this file (`python pytorch.py ADDRESS ASSET INPUTS`), or open `pytorch.ipynb` in Jupyter
# with `millwright_models.py` beside it. Its values stand on the demo plant (`npm run demo`); yours are in the next cell.

# %% Where, what, when
import logging
import sys
import time

import numpy as np
import torch
from torch import nn

from millwright_models import Millwright, inputs_of, pairs_of

given = [] if "ipykernel" in sys.modules else sys.argv[1:]
defaults = ["http://127.0.0.1:7420", "huayu/tianjin/utilities/compressed_air/compressor1", "motor_power,oil_temperature,discharge_temperature,vibration_de"]
ADDRESS, ASSET, names = [*given, *defaults[len(given):]]
INPUTS = names.split(",")
STEP, ROWS = 60, 30
plant = Millwright(ADDRESS, author="Wu (notebook)")
end = time.time() * 1000
start = end - 14 * 86_400_000

# %% The data: windows of half an hour, one every five minutes, in which nothing is missing and nobody marked a fault
data = plant.data_set(ASSET, INPUTS, start, end, name="autoencoder")
names, times, values, labels = plant.rows(data, STEP)
values = values[:, [names.index(name) for name in INPUTS]]
sound = ~np.isnan(values).any(axis=1) & np.array([label != "fault" for label in labels])
mean, std = values[sound].mean(axis=0), values[sound].std(axis=0) + 1e-6
windows = np.stack([values[at : at + ROWS] for at in range(0, len(values) - ROWS, 5) if sound[at : at + ROWS].all()]).astype(np.float32)


# %% The model: it gives how badly it could draw the window again; Millwright does the scaling and finds the limit
class Autoencoder(nn.Module):
    def __init__(self, signals):
        super().__init__()
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(ROWS * signals, 16), nn.Tanh(), nn.Linear(16, 4), nn.Tanh(), nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, ROWS * signals))

    def forward(self, x):  # [1, rows, signals]
        return ((self.inner(x) - x.flatten(1)) ** 2).mean(dim=1, keepdim=True)


torch.manual_seed(0)
model = Autoencoder(len(INPUTS))
scaled = torch.from_numpy(((windows - mean) / std).astype(np.float32))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(20):
    for batch in torch.split(scaled[torch.randperm(len(scaled))], 64):
        optimizer.zero_grad()
        loss = model(batch).mean()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")

# %% To ONNX, all weights inside of the file
model.eval()
logging.getLogger("torch.onnx").setLevel(logging.ERROR)
exported = torch.onnx.export(model, (scaled[:1],), input_names=["window"], output_names=["score"], dynamo=True, verbose=False).model_proto.SerializeToString()
some = windows[:: max(1, len(windows) // 20)][:20]
with torch.no_grad():
    scores = model(torch.from_numpy(((some - mean) / std).astype(np.float32))).numpy().ravel()
contract = {
    "name": "Autoencoder of half an hour",
    "purpose": "Tells when half an hour of this machine looks like none that it was trained on. Not for start-up, not for safety.",
    "inputs": inputs_of(INPUTS, values[sound], scaling=(mean, std)),
    "layout": "rows_signals", "rows": ROWS, "stepSeconds": STEP, "everyRows": 1,
    "fill": {"rule": "hold", "seconds": 600},
    "output": {"means": "anomaly_score", "signal": "autoencoder_score"},
    "training": {"dataSet": data["id"], "metrics": {"loss": float(loss.item())}},
}

# %% To the plant: upload, check, candidate, back-test on labelled events, shadow
file = plant.upload(exported)
candidate = plant.bring(file, contract, pairs_of(some, scores), [ASSET], experiment="autoencoders")[0]
tested = plant.back_test(candidate, start, end)
print("back-test:", tested["backTest"])
print("stage:", plant.shadow(candidate)["stage"], "- somebody else approves it under Models")
