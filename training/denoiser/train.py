"""Trains the denoiser: a mask for the spectrum of every frame, from log powers, through two LSTM layers.

    node training/run.mjs training/denoiser/write-material.ts
    /usr/bin/python3 training/denoiser/train.py

Needs `training/install-data --training`; no GPU. Writes next to itself:

- `weights.safetensors`: the float32 weights;
- `masks.json`: features and masks of a made-up signal, against which the TypeScript features and float runner are tested.

Frames of 512 samples every 128 -> 257 log powers -> 2 x LSTM(96) -> dense -> logistic: the factor of each of the 257 bins. Speech
and noise are mixed anew for every step. Mixing happens on spectra, where filters that a microphone or a room would
apply cost nothing.
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from safetensors import write_safetensors  # noqa: E402

FRAME = 512
HOP = 128
BINS = FRAME // 2 + 1
# Added to a bin's power, and what log powers are normalised by: as demo/src/denoiser/features.ts has them.
FLOOR = 1e-6
MEAN = -4.0
DEVIATION = 4.0

UNITS = 96
SEED = 17
CLIP = 96_000
ROWS = 32
FRAMES = 200
PEAK_LEARNING_RATE = 4e-3
WARM_UP = 0.1
GRADIENT_NORM = 1.0
VALIDATION_CLIPS = 24

# Decibels.
SNR = (-6, 20)
LEVEL = (-38, -14)
TILT = 6
# A ratio of speech to error above this is good enough, and a segment without speech has none.
BEST_RATIO = 25
# Weight of the difference of compressed magnitudes, which hears what is faint, too.
COMPRESSED_WEIGHT = 30

WINDOW = torch.sin(math.pi * (torch.arange(FRAME, dtype=torch.float64) + 0.5) / FRAME).float()


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm_0 = nn.LSTM(BINS, UNITS, batch_first=True)
        self.lstm_1 = nn.LSTM(UNITS, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, BINS)

    def forward(self, features):
        """`[rows, frames, bins]` to a mask of the same shape, from the reset state."""
        hidden, _ = self.lstm_0(features)
        hidden, _ = self.lstm_1(hidden)
        return torch.sigmoid(self.dense(hidden))


def spectra_of(signals):
    """`[rows, samples]` to complex `[rows, frames, bins]`."""
    frames = signals.unfold(1, FRAME, HOP) * WINDOW
    return torch.fft.rfft(frames)


def features_of(spectra):
    power = spectra.real**2 + spectra.imag**2
    return (torch.log(power + FLOOR) - MEAN) / DEVIATION


class Mixer:
    def __init__(self, speech, noise, seed):
        self.speech, self.noise = speech, noise
        self.generator = torch.Generator().manual_seed(seed)

    def uniform(self, count, low, high):
        return torch.rand(count, 1, 1, generator=self.generator) * (high - low) + low

    def draw(self, rows, frames):
        """Spectra of noisy and of clean signals, each `[rows, frames, bins]`."""
        clean = self.colored(self.segments(self.speech, rows, frames))
        noise = self.colored(self.segments(self.noise, rows, frames))
        second = self.colored(self.segments(self.noise, rows, frames))
        has_second = (self.uniform(rows, 0, 1) < 0.2).float()
        noise = noise + has_second * second * 10 ** (self.uniform(rows, -12, 0) / 20)
        noisy = clean + noise * 10 ** (-self.uniform(rows, *SNR) / 20)
        # The window's squares add up to FRAME / 2, by which a bin's mean power is above a sample's.
        power = (noisy.real**2 + noisy.imag**2).mean(dim=(1, 2), keepdim=True) / (FRAME / 2)
        gain = 10 ** (self.uniform(rows, *LEVEL) / 20) / torch.sqrt(power)
        return noisy * gain, clean * gain

    def segments(self, clips, rows, frames):
        length = FRAME + (frames - 1) * HOP
        chosen = torch.randint(0, len(clips), (rows,), generator=self.generator).tolist()
        begins = torch.randint(0, CLIP - length + 1, (rows,), generator=self.generator).tolist()
        parts = [clips[clip, begin : begin + length] for clip, begin in zip(chosen, begins)]
        return spectra_of(torch.stack(parts).float() / 1024)

    def colored(self, spectra):
        """Tilts each row around 1 kHz, and lets it ripple, as rooms and microphones do."""
        rows = len(spectra)
        octaves = torch.log2(torch.arange(BINS).clamp(min=1) * (16_000 / FRAME) / 1000)
        tilt = self.uniform(rows, -TILT, TILT) * octaves / 3
        ripple = self.uniform(rows, 0, 3) * torch.sin(octaves * self.uniform(rows, 1, 4) + self.uniform(rows, 0, 2 * math.pi))
        return spectra * 10 ** ((tilt + ripple) / 20)


def loss_of(mask, noisy, clean):
    def power(spectra):
        return spectra.real**2 + spectra.imag**2

    estimate = mask * noisy
    error = power(estimate - clean).sum(dim=(1, 2))
    wanted = power(clean).sum(dim=(1, 2)) + 0.01 * power(noisy).sum(dim=(1, 2))
    ratio = 10 * torch.log10(error / wanted + 10 ** (-BEST_RATIO / 10))
    scale = power(noisy).mean(dim=(1, 2), keepdim=True)
    # Roots of magnitudes.
    compressed = lambda spectra: (power(spectra) / scale + 1e-6).sqrt().sqrt()
    difference = (compressed(estimate) - compressed(clean)) ** 2
    return ratio.mean() + COMPRESSED_WEIGHT * difference.mean()


def ratio_of(model, batches):
    """Mean ratio of speech to error in decibels, before and after."""
    before, after = [], []
    model.eval()
    with torch.no_grad():
        for noisy, clean in batches:
            energy = lambda spectra: (spectra.real**2 + spectra.imag**2).sum(dim=(1, 2))
            before.append(10 * torch.log10(energy(clean) / energy(noisy - clean)))
            after.append(10 * torch.log10(energy(clean) / energy(model(features_of(noisy)) * noisy - clean)))
    model.train()
    return torch.cat(before).mean().item(), torch.cat(after).mean().item()


def load(name):
    samples = numpy.fromfile(HERE / "material" / f"{name}.i16", dtype="<i2").reshape(-1, CLIP)
    return torch.from_numpy(samples)


def train(model, steps):
    speech, noise = load("speech"), load("noise")
    mixer = Mixer(speech[VALIDATION_CLIPS:], noise[VALIDATION_CLIPS:], SEED)
    validation = Mixer(speech[:VALIDATION_CLIPS], noise[:VALIDATION_CLIPS], SEED + 1)
    batches = [validation.draw(16, 600) for _ in range(4)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps, pct_start=WARM_UP)
    total, started = 0.0, time.monotonic()
    for step in range(1, steps + 1):
        noisy, clean = mixer.draw(ROWS, FRAMES)
        optimizer.zero_grad()
        loss = loss_of(model(features_of(noisy)), noisy, clean)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 50 == 0:
            print(f"step {step}/{steps}  loss {total / 50:.3f}  {time.process_time():.0f} s", flush=True)
            total = 0.0
        if step % 250 == 0 or step == steps:
            before, after = ratio_of(model, batches)
            print(f"validation: {before:.2f} dB -> {after:.2f} dB", flush=True)
    return before, after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--output", type=pathlib.Path, default=HERE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)

    model = Denoiser()
    before, after = train(model, arguments.steps)
    write_safetensors(
        arguments.output / "weights.safetensors",
        dict(model.state_dict()),
        {
            "made_by": "training/denoiser/train.py",
            "torch": torch.__version__,
            "seed": str(SEED),
            "steps": str(arguments.steps),
            "validation": f"{before:.2f} dB -> {after:.2f} dB",
        },
    )
    # A chirp that rises and fades, the same numbers in every language.
    moments = torch.arange(FRAME + 19 * HOP, dtype=torch.float64)
    signal = (0.3 * torch.sin(1e-4 * moments**2) * torch.exp(-moments / 2000)).float()
    with torch.no_grad():
        features = features_of(spectra_of(signal.unsqueeze(0)))
        mask = model(features)
    shown = slice(None, None, 16)
    record = {
        "features": [round(value, 5) for value in features[0, -1, shown].tolist()],
        "mask": [round(value, 6) for value in mask[0, -1, shown].tolist()],
    }
    (arguments.output / "masks.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
