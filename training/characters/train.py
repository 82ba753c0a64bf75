"""Trains the character language model: two LSTM layers with projection and layer norm, on the King James Bible.

    /usr/bin/python3 training/characters/train.py

Needs Debian's bible-kjv, bible-kjv-text and python3-torch; no GPU. Writes next to itself:

- `weights.safetensors`: the float32 weights, gates in TFLite's order (input, forget, cell, output);
- `logits.json`: the trained model's own answers after a held-out phrase, against which the TypeScript float runner is
  tested.

One-hot character -> 2 x LSTM(128, projected to 64, layer norm on every gate) -> dense: logits of the next character.
Layer norm stands where TFLite has it: on each gate's summed products, the bias added after it.
"""

import argparse
import json
import math
import pathlib
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

import corpus

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from safetensors import write_safetensors  # noqa: E402

UNITS = 128
PROJECTED = 64
LAYERS = 2
SEED = 11
STREAMS = 32
STEPS = 64
PEAK_LEARNING_RATE = 6e-3
WARM_UP = 0.05
GRADIENT_NORM = 1.0
PHRASE = "And God said, Let there be "


@torch.jit.script
def layer_steps(
    products: torch.Tensor,
    recurrent: torch.Tensor,
    coefficients: torch.Tensor,
    bias: torch.Tensor,
    projection: torch.Tensor,
    projection_bias: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
):
    """One layer over time. `products` `[steps, streams, 4, units]` holds the input's share of the gates."""
    outputs = []
    units = c.shape[1]
    for step in range(products.shape[0]):
        a = products[step] + (h @ recurrent.t()).view(-1, 4, units)
        a = a - a.mean(dim=2, keepdim=True)
        a = a * torch.rsqrt((a * a).mean(dim=2, keepdim=True) + 1e-8) * coefficients + bias
        i, f, g, o = a.unbind(1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.addmm(projection_bias, torch.sigmoid(o) * torch.tanh(c), projection.t())
        outputs.append(h)
    return torch.stack(outputs), h, c


class Layer(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        uniform = lambda *shape, fan_in: nn.Parameter((torch.rand(*shape) * 2 - 1) / math.sqrt(fan_in))
        self.input_weights = uniform(4 * UNITS, inputs, fan_in=inputs)
        self.recurrent_weights = uniform(4 * UNITS, PROJECTED, fan_in=PROJECTED)
        self.layer_norm = nn.Parameter(torch.ones(4, UNITS))
        self.bias = nn.Parameter(torch.zeros(4, UNITS))
        self.projection_weights = uniform(PROJECTED, UNITS, fan_in=UNITS)
        self.projection_bias = nn.Parameter(torch.zeros(PROJECTED))
        with torch.no_grad():
            self.bias[1].fill_(1.0)  # the forget gate starts out remembering

    def forward(self, products, state):
        steps, streams = products.shape[:2]
        return layer_steps(
            products.view(steps, streams, 4, UNITS),
            self.recurrent_weights,
            self.layer_norm,
            self.bias,
            self.projection_weights,
            self.projection_bias,
            *state,
        )


class LanguageModel(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.layers = nn.ModuleList([Layer(characters), *(Layer(PROJECTED) for _ in range(LAYERS - 1))])
        self.dense = nn.Linear(PROJECTED, characters)

    def initial_state(self, streams):
        return [(torch.zeros(streams, PROJECTED), torch.zeros(streams, UNITS)) for _ in self.layers]

    def forward(self, codes, states):
        """`codes` `[steps, streams]` to logits of the next codes, and the states after."""
        next_states = []
        hidden = None
        for layer, state in zip(self.layers, states):
            if hidden is None:
                # A matrix times a one-hot vector is a column of the matrix.
                products = functional.embedding(codes, layer.input_weights.t())
            else:
                products = hidden @ layer.input_weights.t()
            hidden, h, c = layer(products, state)
            next_states.append((h, c))
        return self.dense(hidden), next_states


def bits_per_character(model, blocks):
    """Mean over all characters but the first of each block, the state starting from reset with each block."""
    codes = torch.from_numpy(numpy.stack(blocks, axis=1)).long()
    states, bits, count = model.initial_state(codes.shape[1]), 0.0, 0
    with torch.no_grad():
        for begin in range(0, len(codes) - 1, STEPS):
            target = codes[begin + 1 : begin + 1 + STEPS]
            logits, states = model(codes[begin : begin + len(target)], states)
            bits += functional.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="sum").item()
            count += target.numel()
    return bits / math.log(2) / count


def train(model, blocks, steps):
    """Truncated backpropagation along `STREAMS` long streams, each a shuffled row of blocks."""
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(model.parameters(), lr=PEAK_LEARNING_RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_LEARNING_RATE, total_steps=steps, pct_start=WARM_UP, div_factor=10
    )
    started = time.monotonic()
    position, streams, states, recent = 0, None, None, []
    for step in range(steps):
        if streams is None or position + STEPS + 1 > len(streams):
            order = torch.randperm(len(blocks), generator=generator)
            text = numpy.concatenate([blocks[index] for index in order])
            length = len(text) // STREAMS
            streams = torch.from_numpy(text[: length * STREAMS].reshape(STREAMS, length).T.copy()).long()
            position, states = 0, model.initial_state(STREAMS)
        logits, states = model(streams[position : position + STEPS], states)
        loss = functional.cross_entropy(
            logits.flatten(0, 1), streams[position + 1 : position + STEPS + 1].flatten()
        )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
        optimizer.step()
        schedule.step()
        states = [(h.detach(), c.detach()) for h, c in states]
        position += STEPS
        recent.append(loss.item() / math.log(2))
        if (step + 1) % 50 == 0:
            bits = sum(recent) / len(recent)
            print(f"step {step + 1}/{steps}  {bits:.3f} bits  {time.monotonic() - started:.0f} s", flush=True)
            recent = []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3200)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)

    alphabet, blocks, held_out = corpus.load()
    model = LanguageModel(len(alphabet))
    train(model, blocks, arguments.steps)
    bits = bits_per_character(model, held_out)
    print(f"held out: {bits:.4f} bits per character")
    write_safetensors(
        HERE / "weights.safetensors",
        dict(model.state_dict()),
        {
            "made_by": "training/characters/train.py",
            "torch": torch.__version__,
            "seed": str(SEED),
            "steps": str(arguments.steps),
            "alphabet": alphabet,
            "held_out_bits_per_character": f"{bits:.4f}",
        },
    )
    codes = torch.tensor([[alphabet.index(character)] for character in PHRASE])
    with torch.no_grad():
        logits, _ = model(codes, model.initial_state(1))
    record = {"phrase": PHRASE, "logits": [round(value, 6) for value in logits[-1, 0].tolist()]}
    (HERE / "logits.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
