"""Trains again, by the clock, the soft sensors that were brought and whose contract says that they are due ("training": {"retrainDays": 30}):
    python retrain.py http://127.0.0.1:7420        (cron, or the Windows task scheduler, once a day)
Each becomes a candidate, tested on the newest weeks beside the one in service. It never goes into service by itself: somebody else approves it. Put your own training in the place of `train`."""
import sys
import time

import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingRegressor

from millwright_models import Millwright, inputs_of, pairs_of

plant = Millwright(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7420", author="Wu (retrain.py)")
DAYS = 14


def train(X, y):
    """What learns: answers the ONNX file and what it makes of some rows."""
    model = GradientBoostingRegressor(n_estimators=100, max_depth=3, random_state=0).fit(X, y)
    some = X[:: max(1, len(X) // 20)][:20]
    return to_onnx(model, X[:1], target_opset={"": 17, "ai.onnx.ml": 3}).SerializeToString(), pairs_of(some, model.predict(some))


def retrain(old):
    contract = old["onnx"]["contract"]
    names, target = [one["signal"] for one in contract["inputs"]], contract["output"].get("target")
    if contract["output"]["means"] != "value" or target is None or contract["layout"] != "flat" or contract["rows"] != 1:
        return print(f"{contract['name']}: this script trains values of one row with a measured target; it is due, and left to others")
    end = time.time() * 1000
    start = end - DAYS * 86_400_000
    data = plant.data_set(old["asset"], [*names, target], start, end, name=f"{contract['name']}, retrained")
    columns, _, values, labels = plant.rows(data, contract["stepSeconds"], contract["fill"]["seconds"])
    values = values[:, [columns.index(name) for name in [*names, target]]]
    whole = ~np.isnan(values).any(axis=1) & np.array([label != "fault" for label in labels])
    X, y = values[whole][:, :-1].astype(np.float32), values[whole][:, -1]
    onnx_file, pairs = train(X, y)
    inputs = [{**before, "quantiles": now["quantiles"]} for before, now in zip(contract["inputs"], inputs_of(names, X))]
    for one in inputs:
        one.pop("scaling", None)
    newer = {**contract, "inputs": inputs, "training": {**contract.get("training", {}), "dataSet": data["id"]}}
    candidate = plant.bring(plant.upload(onnx_file), newer, pairs, [old["asset"]], experiment=f"{contract['name']}, retrained")[0]
    figures = {metric["name"]: round(metric["value"], 4) for metric in plant.back_test(candidate, start, end)["metrics"]}
    print(f"{contract['name']}: version {candidate['version']} is a candidate: {figures}; version {old['version']} stays in service")


for due in plant.call("GET", "/api/v1/intelligence/retraining")["items"]:
    if due["kind"] == "onnx" and due["isDue"]:
        retrain(plant.call("GET", f"/api/v1/models/{due['id']}"))
