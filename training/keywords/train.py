"""Trains the keyword model: two LSTM layers with coupled gates, peepholes and projection, on words spoken in noise.

    node training/run.mjs training/keywords/write-examples.ts
    /usr/bin/python3 training/keywords/train.py

Needs `training/install-data --training`; no GPU. Writes next to itself:

- `weights.safetensors`: the float32 weights, gates in TFLite's order without the input gate (forget, cell, output);
- `logits.json`: the trained model's own answers for a made-up input, against which the TypeScript float runner is tested.

32 mel bands every 20 ms -> 2 x LSTM(64, projected to 32, input gate = 1 - forget gate, peepholes) -> dense: logits of 20
words, read after the last frame. PyTorch's own LSTM has neither coupled gates nor peepholes.
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from safetensors import write_safetensors  # noqa: E402

BANDS = 32
FRAMES = 59
UNITS = 64
PROJECTED = 32
LAYERS = 2
WORDS = 20
SEED = 13
BATCH = 128
PEAK_LEARNING_RATE = 1e-2
WARM_UP = 0.1
WEIGHT_DECAY = 2e-2
GRADIENT_NORM = 1.0
LABEL_SMOOTHING = 0.05
# Masking a few bands and frames of each example keeps the model from leaning on any of them (SpecAugment).
MASKED_BANDS = 5
MASKED_FRAMES = 6


@torch.jit.script
def layer_steps(
    products: torch.Tensor,
    recurrent: torch.Tensor,
    peephole: torch.Tensor,
    projection: torch.Tensor,
    projection_bias: torch.Tensor,
):
    """One layer over time, from the reset state. `products` `[steps, rows, 3 * units]`: the input's share, with bias."""
    rows = products.shape[1]
    units = peephole.shape[1]
    c = torch.zeros(rows, units)
    h = torch.zeros(rows, projection.shape[0])
    outputs = []
    for step in range(products.shape[0]):
        f, g, o = (products[step] + h @ recurrent.t()).view(rows, 3, units).unbind(1)
        f = torch.sigmoid(f + peephole[0] * c)
        c = f * c + (1 - f) * torch.tanh(g)
        # The output gate's peephole sees the new cell state.
        o = torch.sigmoid(o + peephole[1] * c)
        h = torch.addmm(projection_bias, o * torch.tanh(c), projection.t())
        outputs.append(h)
    return torch.stack(outputs)


class Layer(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        uniform = lambda *shape, fan_in: nn.Parameter((torch.rand(*shape) * 2 - 1) / math.sqrt(fan_in))
        self.input_weights = uniform(3 * UNITS, inputs, fan_in=inputs)
        self.recurrent_weights = uniform(3 * UNITS, PROJECTED, fan_in=PROJECTED)
        self.bias = nn.Parameter(torch.zeros(3, UNITS))
        self.peephole = nn.Parameter(torch.zeros(2, UNITS))
        self.projection_weights = uniform(PROJECTED, UNITS, fan_in=UNITS)
        self.projection_bias = nn.Parameter(torch.zeros(PROJECTED))
        with torch.no_grad():
            # Coupled gates that remember for one frame to a hundred.
            self.bias[0] = torch.log(torch.logspace(0.1, 2, UNITS) - 1)

    def forward(self, values):
        products = values @ self.input_weights.t() + self.bias.flatten()
        return layer_steps(
            products, self.recurrent_weights, self.peephole, self.projection_weights, self.projection_bias
        )


class KeywordModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Layer(BANDS), *(Layer(PROJECTED) for _ in range(LAYERS - 1))])
        self.dense = nn.Linear(PROJECTED, WORDS)

    def forward(self, features):
        """`[rows, frames, bands]` to logits `[rows, words]` after the last frame."""
        hidden = features.transpose(0, 1)
        for layer in self.layers:
            hidden = layer(hidden)
        return self.dense(hidden[-1])


def masked(features, generator):
    """Zeroes a stretch of bands and one of frames in every example."""

    def stretch(size, longest):
        begin = torch.randint(0, size, (len(features), 1), generator=generator)
        length = torch.randint(0, longest + 1, (len(features), 1), generator=generator)
        positions = torch.arange(size)
        return (positions >= begin) & (positions < begin + length)

    hidden = stretch(FRAMES, MASKED_FRAMES).unsqueeze(2) | stretch(BANDS, MASKED_BANDS).unsqueeze(1)
    return features.masked_fill(hidden, 0.0)


def load(name):
    features = numpy.fromfile(HERE / "examples" / f"{name}.f32", dtype="<f4").reshape(-1, FRAMES, BANDS)
    labels = numpy.fromfile(HERE / "examples" / f"{name}.u8", dtype=numpy.uint8)
    return torch.from_numpy(features), torch.from_numpy(labels).long()


def accuracy_of(model, features, labels):
    model.eval()
    with torch.no_grad():
        predictions = torch.cat([model(part).argmax(dim=1) for part in features.split(200)])
    model.train()
    return (predictions == labels).float().mean().item()


def train(model, features, labels, epochs):
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        PEAK_LEARNING_RATE,
        epochs=epochs,
        steps_per_epoch=math.ceil(len(labels) / BATCH),
        pct_start=WARM_UP,
    )
    started = time.monotonic()
    for epoch in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(labels), generator=generator).split(BATCH):
            optimizer.zero_grad()
            logits = model(masked(features[chosen], generator))
            loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=LABEL_SMOOTHING)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        print(f"epoch {epoch + 1}/{epochs}  loss {total / len(labels):.4f}  {time.monotonic() - started:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=16)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)

    model = KeywordModel()
    train(model, *load("train"), arguments.epochs)
    # Looked at once, after the last epoch.
    accuracy = accuracy_of(model, *load("test"))
    print(f"held out: {accuracy * 100:.2f} % right")
    write_safetensors(
        HERE / "weights.safetensors",
        dict(model.state_dict()),
        {
            "made_by": "training/keywords/train.py",
            "torch": torch.__version__,
            "seed": str(SEED),
            "epochs": str(arguments.epochs),
            "held_out_accuracy": f"{accuracy:.4f}",
        },
    )
    # sin(0.37 n), the same numbers in every language.
    made_up = torch.sin(0.37 * torch.arange(FRAMES * BANDS, dtype=torch.float64)).float()
    with torch.no_grad():
        logits = model(made_up.view(1, FRAMES, BANDS))
    (HERE / "logits.json").write_text(json.dumps([round(value, 6) for value in logits[0].tolist()], indent=1) + "\n")


if __name__ == "__main__":
    main()
