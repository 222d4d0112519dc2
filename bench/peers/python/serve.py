"""The Python peers behind a pipe: one JSON request per line, one answer per line. Started by peers/python.ts.

{"do": "prepare", "library", "work", "tensors", "adam", "steps"} answers the results of the work's first run, or that this
library does not do it; {"do": "time", "runs"} runs the prepared work and answers seconds on this process's clock.
"""
import base64
import json
import sys

import numpy as np


def decoded(tensors):
    def array(t):
        return np.frombuffer(base64.b64decode(t["data"]), dtype=np.float32).reshape(t["shape"]).copy()

    return {name: array(t) for name, t in tensors.items()}


def encoded(results):
    def text(a):
        return base64.b64encode(np.ascontiguousarray(a, dtype=np.float32).tobytes()).decode()

    return {name: text(a) for name, a in results.items()}


def library(name):
    if name == "numpy":
        import numpy_work as module
    else:
        import torch_work as module
    return module


def blas():
    """The libraries of linear algebra that this process has mapped."""
    try:
        with open("/proc/self/maps") as maps:
            found = {line.split("/")[-1].strip() for line in maps if "blas" in line and "r-xp" in line}
        return ", ".join(sorted(found))
    except OSError:
        return ""


def main():
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["library"]
        if request["do"] == "about":
            answer = {"about": library(name).about(), "blas": blas()}
        elif request["do"] == "prepare":
            made = library(name).prepare(request["work"], decoded(request["tensors"]), request)
            prepared[name] = made
            answer = {"results": None} if made is None else {"results": encoded(made.results), "note": made.note}
        else:
            answer = {"seconds": prepared[name].time(request["runs"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
