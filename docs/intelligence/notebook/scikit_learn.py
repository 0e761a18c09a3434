# %% [markdown]
# # From the plant's history to a soft sensor in the plant, with scikit-learn
# `pip install scikit-learn skl2onnx numpy`, then run this file (`python scikit_learn.py ADDRESS ASSET TARGET INPUTS`), or open
# `scikit_learn.ipynb` in Jupyter with `millwright_models.py` beside it. Its values stand on the demo plant (`npm run demo`); yours are in the next cell.

# %% Where, what, when
import sys
import time

import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingRegressor

from millwright_models import Millwright, inputs_of, pairs_of

given = [] if "ipykernel" in sys.modules else sys.argv[1:]
defaults = ["http://127.0.0.1:7420", "huayu/tianjin/utilities/compressed_air/compressor1", "winding_temperature", "motor_current,speed,oil_temperature,discharge_temperature"]
ADDRESS, ASSET, TARGET, names = [*given, *defaults[len(given):]]
INPUTS = names.split(",")
STEP = 60
plant = Millwright(ADDRESS, author="Wu (notebook)")
end = time.time() * 1000
start = end - 14 * 86_400_000

# %% The data: a reference with a fingerprint, and its rows
data = plant.data_set(ASSET, [*INPUTS, TARGET], start, end, name=f"soft sensor for {TARGET}")
names, times, values, labels = plant.rows(data, STEP)
print(f"{len(values)} rows of {names}, SHA-256 {data['data']['hash'][:12]}")
whole = ~np.isnan(values).any(axis=1) & np.array([label != "fault" for label in labels])
X = values[whole][:, [names.index(name) for name in INPUTS]].astype(np.float32)
y = values[whole][:, names.index(TARGET)]

# %% Training: the first two thirds in time learn, the last third proves
cut = len(X) * 2 // 3
model = GradientBoostingRegressor(n_estimators=100, max_depth=3, random_state=0).fit(X[:cut], y[:cut])
error = np.abs(model.predict(X[cut:]) - y[cut:]).mean()
print(f"mean error {error:.3f} on the last third; guessing the mean {np.abs(y[cut:] - y[:cut].mean()).mean():.3f}")

# %% To ONNX, with some inputs and what the model made of them
onnx_file = to_onnx(model, X[:1], target_opset={"": 17, "ai.onnx.ml": 3})
some = X[:: max(1, len(X) // 20)][:20]
contract = {
    "name": f"{TARGET} from {', '.join(INPUTS)}",
    "purpose": f"Estimates {TARGET} while its sensor is away. Not for start-up, not for safety.",
    "inputs": inputs_of(INPUTS, X),
    "layout": "flat", "rows": 1, "stepSeconds": STEP, "everyRows": 1,
    "fill": {"rule": "hold", "seconds": 600},
    "output": {"means": "value", "signal": f"{TARGET}_model", "target": TARGET},
    "training": {"dataSet": data["id"], "metrics": {"mae": float(error)}},
}

# %% To the plant: upload, check, candidate, back-test, shadow
file = plant.upload(onnx_file.SerializeToString())
print("the file takes", file["inputs"], "and gives", file["outputs"])
candidate = plant.bring(file, contract, pairs_of(some, model.predict(some)), [ASSET], experiment="soft sensors")[0]
tested = plant.back_test(candidate, start, end)
print("back-test:", {metric["name"]: round(metric["value"], 4) for metric in tested["metrics"]})
print("stage:", plant.shadow(candidate)["stage"], "- somebody else approves it under Models")
