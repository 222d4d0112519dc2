"""What onnxruntime computes, for `bench/onnx.ts`: python scripts/onnx-reference.py OUT.json NET.onnx...

Needs the packages onnx, onnxruntime and numpy. Sixteen random inputs in [-0.5, 0.5] per network, as float32.
"""

import json
import sys

import numpy as np
import onnxruntime as ort

out, *nets = sys.argv[1:]
random = np.random.default_rng(1)
cases = []
for net in nets:
    session = ort.InferenceSession(net)
    runs = []
    for _ in range(16):
        feed = {}
        for port in session.get_inputs():
            shape = [d if isinstance(d, int) and d > 0 else 1 for d in port.shape]
            feed[port.name] = random.uniform(-0.5, 0.5, shape).astype(np.float32)
        results = session.run(None, feed)
        runs.append(
            {
                "inputs": [[float(x) for x in v.ravel()] for v in feed.values()],
                "outputs": [[None if np.isnan(x) else float(x) for x in r.ravel()] for r in results],
            }
        )
    cases.append({"net": net, "runs": runs})
with open(out, "w", encoding="utf8") as file:
    json.dump(cases, file)
