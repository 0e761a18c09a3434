"""Talks to Millwright about models. Needs Python 3.9 and numpy; copy it beside your notebook."""
import csv
import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import numpy as np


class Refused(Exception):
    """Millwright refused something; the text says what was wrong, where, and what would be right."""


class Millwright:
    def __init__(self, address="http://127.0.0.1:7420", author="me"):
        self.address, self.author = address.rstrip("/"), author

    def call(self, method, path, body=None, content_type="application/json"):
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method, headers={} if data is None else {"content-type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                content = answer.read()
                return json.loads(content) if "json" in answer.headers.get("content-type", "") else content.decode()
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            refusals = problem.get("context", {}).get("refusals", [])
            lines = [f"{one['where']}: {one['what']}; right would be: {one['right']}" for one in refusals] or [problem.get("detail", str(error))]
            raise Refused("\n".join(lines)) from None

    def data_set(self, asset, signals, start_ms, end_ms, name):
        """Makes a data set and waits until it was read. Its hash says later whether the data are still the same."""
        made = self.call("POST", "/api/v1/data-sets", {"name": name, "asset": asset, "signals": list(signals), "from": start_ms, "to": end_ms, "author": self.author})
        while made["state"] == "reading":
            time.sleep(0.5)
            made = self.call("GET", f"/api/v1/data-sets/{made['id']}")
        if made["state"] != "ready":
            raise Refused(made["failure"])
        return made

    def rows(self, data_set, step_seconds, hold_seconds=600):
        """The rows of a data set: (signal names, times, values, labels). They are made by the code that makes the rows of models in service."""
        text = self.call("GET", f"/api/v1/data-sets/{data_set['id']}/rows?step={step_seconds}&hold={hold_seconds}")
        head, *lines = list(csv.reader(io.StringIO(text)))
        values = np.array([[float(cell) if cell else np.nan for cell in line[1:-1]] for line in lines])
        return head[1:-1], [line[0] for line in lines], values, [line[-1] for line in lines]

    def upload(self, onnx_bytes):
        """Answers what the file takes and gives, as the plant's computer sees it."""
        return self.call("POST", "/api/v1/onnx/files?by=" + urllib.parse.quote(self.author), onnx_bytes, "application/octet-stream")

    def bring(self, file, contract, pairs, assets, experiment=None, dry_run=False):
        """Checks the file against its contract and pairs; each asset gets a candidate."""
        body = {"file": file["file"], "contract": contract, "pairs": pairs, "assets": list(assets), "author": self.author, "dryRun": dry_run}
        return self.call("POST", "/api/v1/onnx/models", {**body, **({"experiment": experiment} if experiment else {})})["items"]

    def back_test(self, model, start_ms, end_ms):
        """Runs a candidate over the history and waits for its figures."""
        model = self.call("POST", f"/api/v1/models/{model['id']}/back-test", {"from": start_ms, "to": end_ms, "by": self.author})
        while model["progress"] < 1:
            time.sleep(0.5)
            model = self.call("GET", f"/api/v1/models/{model['id']}")
        if model["failure"]:
            raise Refused(model["failure"])
        return model

    def shadow(self, model):
        return self.call("POST", f"/api/v1/models/{model['id']}/shadow", {"by": self.author})


def inputs_of(names, values, units=None, scaling=None):
    """Inputs of a contract, with the quantiles that drift is measured against. `scaling`: (means, stds) if the model wants scaled values."""
    made = []
    for at, name in enumerate(names):
        column = values[:, at][~np.isnan(values[:, at])]
        one = {"signal": name, "quantiles": [float(q) for q in np.quantile(column, np.linspace(0, 1, 21))]}
        if units and units.get(name):
            one["unit"] = units[name]
        if scaling is not None:
            one["scaling"] = {"mean": float(scaling[0][at]), "std": float(scaling[1][at])}
        made.append(one)
    return made


def pairs_of(windows, outputs):
    """What the model made of some windows (before scaling): Millwright checks that the file makes the same of them."""
    return [{"rows": np.atleast_2d(window).astype(float).tolist(), "output": output if isinstance(output, str) else np.asarray(output, dtype=float).tolist()} for window, output in zip(windows, outputs)]
