"""Writes float_lstm.json: outputs of small float LSTMs of all 16 variants, both directions.

    /usr/bin/python3 test/quantize/golden/float_lstm.py

Made with numpy in float64 from the equations of section 3.1 of arXiv 2101.05453, and, for the variants that PyTorch
has (plain and projection), checked against torch.nn.LSTM before writing. Written with numpy 1.24.2, PyTorch 1.13.0.

Weights are not stored: both sides derive them from `noise`.
"""

import itertools
import json
import pathlib

import numpy as np
import torch

BATCH, STEPS, CALLS, INPUTS, UNITS, PROJECTED = 2, 3, 2, 3, 4, 2
GATES = ("input", "forget", "cell", "output")


def noise(stream, *shape):
    """Multiples of 1/1024 in [-1, 1) from a 32-bit mix of stream and index."""
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    x = (index + np.uint64(stream) * np.uint64(7919)) & np.uint64(0xFFFFFFFF)
    x = (x * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    x = x ^ (x >> np.uint64(15))
    x = (x * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    x = x ^ (x >> np.uint64(13))
    return ((x >> np.uint64(21)).astype(np.float64) - 1024).reshape(shape) / 1024


def logistic(x):
    return 1 / (1 + np.exp(-x))


def weights_of(variant, outputs):
    names = [gate for gate in GATES if not (variant["cifg"] and gate == "input")]
    gates = {}
    for gate in names:
        stream = 10 * (1 + GATES.index(gate))
        gates[gate] = {
            "input": noise(stream, UNITS, INPUTS),
            "recurrent": noise(stream + 1, UNITS, outputs),
            "bias": noise(stream + 2, UNITS),
            "peephole": noise(stream + 3, UNITS) if variant["peephole"] and gate != "cell" else None,
            "layerNorm": noise(stream + 4, UNITS) if variant["layerNorm"] else None,
        }
    projection = (noise(60, outputs, UNITS), noise(61, outputs)) if variant["projection"] else None
    return gates, projection


def gate_value(gate, x, h, c, record, name):
    a = x @ gate["input"].T + h @ gate["recurrent"].T
    if gate["layerNorm"] is None:
        a = a + gate["bias"]
    if gate["peephole"] is not None:
        a = a + gate["peephole"] * c
    record[name] = a
    if gate["layerNorm"] is not None:
        mean = a.mean(axis=1, keepdims=True)
        variance = ((a - mean) ** 2).mean(axis=1, keepdims=True)
        a = (a - mean) / np.sqrt(variance + 1e-8) * gate["layerNorm"] + gate["bias"]
    return np.tanh(a) if name == "cell" else logistic(a)


def run(variant, direction, xs, h, c, gates, projection):
    outputs, record = np.zeros((BATCH, STEPS, h.shape[1])), {}
    order = range(STEPS) if direction == "forward" else reversed(range(STEPS))
    for step in order:
        x = xs[:, step]
        f = gate_value(gates["forget"], x, h, c, record, "forget")
        i = 1 - f if variant["cifg"] else gate_value(gates["input"], x, h, c, record, "input")
        c = f * c + i * gate_value(gates["cell"], x, h, c, record, "cell")
        if variant["cellClip"] > 0:
            c = np.clip(c, -variant["cellClip"], variant["cellClip"])
        hidden = gate_value(gates["output"], x, h, c, record, "output") * np.tanh(c)
        record["hidden"] = hidden
        h = hidden
        if projection is not None:
            h = hidden @ projection[0].T + projection[1]
            if variant["projectionClip"] > 0:
                h = np.clip(h, -variant["projectionClip"], variant["projectionClip"])
        outputs[:, step] = h
    return outputs, h, c, record


def check_against_torch(calls, gates, projection, results):
    """PyTorch's projection has no bias, so that one is compared with the bias taken out."""
    module = torch.nn.LSTM(INPUTS, UNITS, batch_first=True, proj_size=0 if projection is None else PROJECTED)
    module = module.double()
    stack = lambda key: torch.tensor(np.concatenate([gates[gate][key] for gate in GATES]))
    with torch.no_grad():
        module.weight_ih_l0.copy_(stack("input"))
        module.weight_hh_l0.copy_(stack("recurrent"))
        module.bias_ih_l0.copy_(stack("bias"))
        module.bias_hh_l0.zero_()
        if projection is not None:
            module.weight_hr_l0.copy_(torch.tensor(projection[0]))
        state = None
        for xs, expected in zip(calls, results):
            output, state = module(torch.tensor(xs), state)
            assert np.abs(output.numpy() - expected).max() < 1e-12


def main():
    cases = []
    calls = [noise(70 + call, BATCH, STEPS, INPUTS) * 2 for call in range(CALLS)]
    flags = ("layerNorm", "projection", "peephole", "cifg")
    for mix in itertools.product((False, True), repeat=4):
        variant = dict(zip(flags, mix), cellClip=0.25 if mix[2] else 0, projectionClip=0.5 if mix[0] else 0)
        outputs = PROJECTED if variant["projection"] else UNITS
        gates, projection = weights_of(variant, outputs)
        if not (variant["layerNorm"] or variant["peephole"] or variant["cifg"]):
            unbiased = None if projection is None else (projection[0], np.zeros(outputs))
            h, c, results = np.zeros((BATCH, outputs)), np.zeros((BATCH, UNITS)), []
            for xs in calls:
                y, h, c, _ = run(variant, "forward", xs, h, c, gates, unbiased)
                results.append(y)
            check_against_torch(calls, gates, unbiased, results)
        for direction in ("forward", "reverse"):
            h, c, results = np.zeros((BATCH, outputs)), np.zeros((BATCH, UNITS)), []
            for xs in calls:
                y, h, c, record = run(variant, direction, xs, h, c, gates, projection)
                results.append(np.round(y, 9).ravel().tolist())
            cases.append(
                {
                    "variant": variant,
                    "direction": direction,
                    "outputs": results,
                    "lastCell": np.round(c, 9).ravel().tolist(),
                    "lastStep": {key: np.round(value, 9).ravel().tolist() for key, value in record.items()},
                }
            )
    sizes = {"batch": BATCH, "steps": STEPS, "inputs": INPUTS, "units": UNITS, "projected": PROJECTED}
    path = pathlib.Path(__file__).with_name("float_lstm.json")
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.write_text(f'{{"sizes":{json.dumps(sizes)},"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
