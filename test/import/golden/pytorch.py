"""Small PyTorch models with their own answers, which the importers are held against.

    /usr/bin/python3 test/import/golden/pytorch.py

Needs PyTorch (Debian's python3-torch and python3-onnx; made with 1.13). Writes next to itself, for each model:

- `NAME.json`: inputs and what PyTorch computes from them, call by call;
- `NAME.safetensors`, where the weights and a description of the layers say it all: the state_dict();
- `NAME.onnx`, where PyTorch can export it.
"""

import io
import json
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE / "../../../training"))

from safetensors import write_safetensors  # noqa: E402


class LastState(torch.nn.LSTM):
    """The hidden state after the last timestep, of the last layer and both directions."""

    def forward(self, rows):
        _, (hidden, _) = super().forward(rows)
        return torch.cat((hidden[-2], hidden[-1]), dim=1)


class Sequence(torch.nn.LSTM):
    """The outputs of all timesteps."""

    def forward(self, rows):
        return super().forward(rows)[0]


class LastStep(torch.nn.Module):
    def forward(self, rows):
        return rows[:, -1]


class Streaming(torch.nn.Module):
    """Takes its state and gives it back."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(4, 5, num_layers=2, batch_first=True)
        self.dense = torch.nn.Linear(5, 3)

    def forward(self, rows, hidden, cell):
        output, (hidden, cell) = self.lstm(rows, (hidden, cell))
        return self.dense(output), hidden, cell


class Channels(torch.nn.Module):
    """A module over channels instead of features."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, rows):
        return self.inner(rows.transpose(1, 2)).transpose(1, 2)


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


def entry(tensor):
    values = tensor.flatten().tolist() if tensor.dtype == torch.int64 else rounded(tensor)
    return {"shape": list(tensor.shape), "data": values}


def write(name, model, calls, names, layers=None, exported=True, open_dimensions=None):
    """`calls`: lists of inputs. `names`: those of inputs and outputs. `layers`: the description, if there is one."""
    model.eval()
    results = []
    for inputs in calls:
        outputs = model(*inputs)
        results.append([entry(value) for value in (outputs if isinstance(outputs, tuple) else (outputs,))])
    text = json.dumps(
        {
            "description": None if layers is None else {"name": name, "layers": layers},
            "inputs": names[0],
            "outputs": names[1],
            "calls": [
                {"inputs": [entry(value) for value in inputs], "outputs": outputs}
                for inputs, outputs in zip(calls, results)
            ],
        }
    )
    (HERE / f"{name}.json").write_text(text + "\n")
    if layers is not None:
        write_safetensors(HERE / f"{name}.safetensors", model.state_dict(), {})
    if exported:
        file = io.BytesIO()
        torch.onnx.export(
            model,
            tuple(calls[0]),
            file,
            input_names=names[0],
            output_names=names[1],
            dynamic_axes=open_dimensions,
            opset_version=14,
        )
        (HERE / f"{name}.onnx").write_bytes(file.getvalue())


def main():
    torch.manual_seed(5)
    rows = lambda batch, time: torch.randn(batch, time, 4)
    batch_and_time = {"rows": {0: "batch", 1: "time"}}
    write(
        "stacked",
        torch.nn.Sequential(
            Sequence(4, 5, num_layers=2, bidirectional=True, batch_first=True),
            torch.nn.Linear(10, 3),
            torch.nn.Softmax(dim=-1),
        ),
        [[rows(2, 6)]],
        (["rows"], ["beliefs"]),
        [{"type": "lstm", "module": "0"}, {"type": "linear", "module": "1"}, {"type": "softmax"}],
        open_dimensions=batch_and_time,
    )
    # PyTorch does not export projections.
    write(
        "projected",
        torch.nn.Sequential(
            Sequence(4, 6, num_layers=2, proj_size=3, batch_first=True),
            LastStep(),
            torch.nn.Linear(3, 4),
            torch.nn.LeakyReLU(0.1),
            torch.nn.Linear(4, 2, bias=False),
            torch.nn.Tanh(),
        ),
        [[rows(3, 5)]],
        (["rows"], ["scores"]),
        [
            {"type": "lstm", "module": "0"},
            {"type": "last"},
            {"type": "linear", "module": "2"},
            {"type": "leaky_relu", "slope": 0.1},
            {"type": "linear", "module": "4"},
            {"type": "tanh"},
        ],
        exported=False,
    )
    write(
        "words",
        torch.nn.Sequential(
            torch.nn.Embedding(7, 4),
            Sequence(4, 5, bias=False, batch_first=True),
            torch.nn.Linear(5, 7),
            torch.nn.Sigmoid(),
        ),
        [[torch.randint(0, 7, (2, 5))]],
        (["words"], ["next"]),
        [
            {"type": "embedding", "module": "0"},
            {"type": "lstm", "module": "1"},
            {"type": "linear", "module": "2"},
            {"type": "sigmoid"},
        ],
        open_dimensions={"words": {0: "batch", 1: "time"}},
    )
    streaming = Streaming().eval()
    calls, hidden, cell = [], torch.zeros(2, 3, 5), torch.zeros(2, 3, 5)
    for _ in range(3):
        calls.append([rows(3, 2), hidden, cell])
        _, hidden, cell = (value.detach() for value in streaming(*calls[-1]))
    write(
        "streaming",
        streaming,
        calls,
        (["rows", "hidden", "cell"], ["scores", "newHidden", "newCell"]),
        open_dimensions={"rows": {0: "batch", 1: "time"}, "hidden": {1: "batch"}, "cell": {1: "batch"}},
    )
    features = torch.nn.Sequential(
        torch.nn.Conv1d(4, 6, 3, padding=1), torch.nn.BatchNorm1d(6), torch.nn.ReLU(), torch.nn.Conv1d(6, 6, 1, groups=6)
    )
    features[1].running_mean.uniform_(-1, 1)
    features[1].running_var.uniform_(0.5, 2)
    write(
        "keyword",
        torch.nn.Sequential(
            Channels(features),
            torch.nn.LayerNorm(6),
            LastState(6, 5, bidirectional=True, batch_first=True),
            torch.nn.Linear(10, 4),
            torch.nn.Dropout(0.5),
            torch.nn.Hardswish(),
        ),
        [[rows(2, 7)]],
        (["rows"], ["scores"]),
        open_dimensions={"rows": {0: "batch"}},
    )


if __name__ == "__main__":
    main()
