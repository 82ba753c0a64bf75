"""Trains the digits model: an LSTM that reads a handwritten digit row by row.

    /usr/bin/python3 training/digits/train.py

Needs `npm install` (the images) and PyTorch (Debian's python3-torch is enough; no GPU). Writes next to itself:

- `weights.safetensors`: the float32 weights, named as PyTorch names them;
- `logits.json`: the trained model's own answers for one held-out image of each digit, against which the TypeScript
  float runner is tested.

The model is 28 pixels -> LSTM(96) -> dense(10), read after every row, so that it states its belief while the digit is
still being written; the last row's belief is the prediction. The loss counts the last row most.
"""

import argparse
import json
import math
import pathlib
import sys
import time

import torch
from torch import nn
from torch.nn import functional

import dataset

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from safetensors import write_safetensors  # noqa: E402

UNITS = 96
SEED = 7
BATCH = 128
PEAK_LEARNING_RATE = 3e-3
WARM_UP = 0.05
WEIGHT_DECAY = 1e-2
GRADIENT_NORM = 1.0
LABEL_SMOOTHING = 0.02
# Share of the loss that the rows before the last have together.
EARLY_ROWS_SHARE = 0.3


class RowReader(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(dataset.ROWS, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, 10)
        with torch.no_grad():
            # PyTorch adds two biases; the forget gate (second quarter) starts out remembering.
            self.lstm.bias_hh_l0.zero_()
            self.lstm.bias_ih_l0[UNITS : 2 * UNITS].fill_(1.0)

    def forward(self, images):
        hidden, _ = self.lstm(images)
        return self.dense(hidden)


def augment(images, generator):
    """Rotates by up to 12 degrees, scales by up to 10 %, shears by up to 0.15 and shifts by up to 2.5 pixels."""
    count = len(images)

    def uniform(bound):
        return (torch.rand(count, generator=generator) * 2 - 1) * bound

    angle, scale, shear = uniform(math.radians(12)), 1 + uniform(0.1), uniform(0.15)
    shift_x, shift_y = uniform(5 / dataset.ROWS), uniform(5 / dataset.ROWS)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.stack(
        [torch.stack([cos, -sin + shear, shift_x], dim=1), torch.stack([sin, cos, shift_y], dim=1)], dim=1
    )
    grid = functional.affine_grid(rows, [count, 1, dataset.ROWS, dataset.ROWS], align_corners=False)
    return functional.grid_sample(images.unsqueeze(1), grid, align_corners=False).squeeze(1)


def loss_of(logits, labels):
    rows = logits.shape[1]
    ramp = torch.arange(1, rows, dtype=torch.float32)
    weights = torch.cat([ramp / ramp.sum() * EARLY_ROWS_SHARE, torch.tensor([1 - EARLY_ROWS_SHARE])])
    per_row = functional.cross_entropy(
        logits.transpose(1, 2), labels.unsqueeze(1).expand(-1, rows), reduction="none", label_smoothing=LABEL_SMOOTHING
    )
    return (per_row * weights).sum(dim=1).mean()


def as_float(images):
    return torch.from_numpy(images).float() / 255


def accuracy_of(model, images, labels):
    model.eval()
    with torch.no_grad():
        predictions = torch.cat([model(part)[:, -1].argmax(dim=1) for part in images.split(500)])
    return (predictions == labels).float().mean().item()


def train(epochs):
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    train_images, train_labels, held_out_images, held_out_labels = dataset.load()
    images, labels = as_float(train_images), torch.from_numpy(train_labels)
    held_out, held_out_answers = as_float(held_out_images), torch.from_numpy(held_out_labels)

    model = RowReader()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps_per_epoch = math.ceil(len(images) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_LEARNING_RATE, epochs=epochs, steps_per_epoch=steps_per_epoch, pct_start=WARM_UP
    )
    started = time.monotonic()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(images), generator=generator).split(BATCH):
            optimizer.zero_grad()
            loss = loss_of(model(augment(images[chosen], generator)), labels[chosen])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        print(f"epoch {epoch + 1}/{epochs}  loss {total / len(images):.4f}  {time.monotonic() - started:.0f} s", flush=True)
    accuracy = accuracy_of(model, held_out, held_out_answers)
    print(f"held out: {accuracy * 100:.2f} % of {len(held_out)} right")
    return model, accuracy, held_out, held_out_answers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=55)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    model, accuracy, held_out, answers = train(arguments.epochs)
    write_safetensors(
        HERE / "weights.safetensors",
        {name: value.float() for name, value in model.state_dict().items()},
        {
            "made_by": "training/digits/train.py",
            "torch": torch.__version__,
            "seed": str(SEED),
            "epochs": str(arguments.epochs),
            "held_out_accuracy": f"{accuracy:.4f}",
        },
    )
    first_of_each = [int((answers == digit).nonzero()[0]) for digit in range(10)]
    with torch.no_grad():
        logits = model(held_out[first_of_each])[:, -1]
    records = [{"digit": digit, "logits": [round(value, 6) for value in row]} for digit, row in enumerate(logits.tolist())]
    (HERE / "logits.json").write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
