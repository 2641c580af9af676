#!/usr/bin/env python3
"""Times a generated network in PyTorch, traced and frozen.

    pytorch_peer.py MODEL.mlmodel INPUT.npy THREADS FOLDER

First writes what other peers need into FOLDER: net.onnx (opset 13), input.bin and
output.bin (float32), and prints the input's shape. Then each line N on standard
input asks for N runs, and is answered by a JSON array of their milliseconds.
"""
import json
import pathlib
import sys
import time
import warnings

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "examples/networks"))
import torch_reference  # noqa: E402
from schema import network_of, read_model  # noqa: E402


class Network(torch.nn.Module):
    """The generated network as a module from preprocessed input to output."""

    def __init__(self, model):
        super().__init__()
        self.network = network_of(model)
        self.input = model.description.input[0].name
        output = model.description.output[0]
        self.output = (self.network.labelProbabilityLayerName
                       if output.type.WhichOneof("Type") == "dictionaryType"
                       else output.name)

    def forward(self, x):
        return torch_reference.evaluate(
            self.network, {self.input: x})[self.output]


def main():
    warnings.filterwarnings("ignore")
    model, image, threads, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    torch.set_num_threads(int(threads))
    model = read_model(model)
    module = Network(model).eval()
    x = torch_reference.read_input(module.network, model.description.input[0],
                                   image).contiguous()
    with torch.no_grad():
        torch.onnx.export(module, x, str(folder / "net.onnx"), opset_version=13)
        x.numpy().tofile(folder / "input.bin")
        module(x).numpy().tofile(folder / "output.bin")
        traced = torch.jit.freeze(torch.jit.trace(module, x))
        for _ in range(3):
            traced(x)
        print(json.dumps(list(x.shape)), flush=True)
        for line in sys.stdin:
            times = []
            for _ in range(int(line)):
                start = time.perf_counter()
                traced(x)
                times.append(1e3 * (time.perf_counter() - start))
            print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
