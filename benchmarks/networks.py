#!/usr/bin/env python3
"""Times mlc on well-known networks beside ONNX Runtime and PyTorch, in one run.

    networks.py MLC [NAME...] [-n N] [--rounds R] [--threads T] [--json FILE]

The networks are those of examples/networks, with random weights; each peer gets
the same weights, in the same process from the first to the last round, and the
outputs are compared in the same run. Rounds go mlc f32, ONNX Runtime, mlc f16,
PyTorch, and again; a figure is the median of the rounds' medians. Ratios are
time of mlc divided by time of the peer: below 1, mlc is faster.

ONNX Runtime is the npm package onnxruntime-node, which is installed into
--packages (default: a folder beside the user's other caches) if it is not there;
PyTorch is Debian's python3-torch. PyTorch is needed to write the ONNX files, too.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples/networks"))
import generate  # noqa: E402
from schema import network_of, read_model  # noqa: E402

NETWORKS = ["inception_v3_2017", "inception_v3", "resnet_50", "mobilenet_v1",
            "mobilenet_v2", "squeezenet_1_1", "googlenet", "densenet_121",
            "tiny_yolo_v2"]


class Worker:
    """A peer's process: it answers a number of runs with their times."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"failed: {' '.join(self.process.args)}")
        return json.loads(line)

    def median(self, runs):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        return statistics.median(self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Mlc:
    def __init__(self, mlc, model, precision, folder, threads):
        self.mlc, self.threads = mlc, threads
        self.bundle = folder / f"{precision}.mlcbundle"
        self.folder = folder / f"{precision}-outputs"
        run([mlc, "compile", model, "-o", self.bundle,
             f"--precision={precision}"])

    def outputs(self, model, image):
        """The first output, flat, in the order in which it is computed."""
        feature = model.description.input[0].name
        run([self.mlc, "run", self.bundle, "-i", f"{feature}={image}",
             "-o", self.folder])
        output = model.description.output[0]
        if output.type.WhichOneof("Type") == "dictionaryType":
            values = json.loads((self.folder / f"{output.name}.json")
                                .read_text())
            labels = network_of(model).stringClassLabels.vector
            return np.array([values[label] for label in labels])
        return np.load(self.folder / f"{output.name}.npy").flatten()

    def median(self, runs):
        text = run([self.mlc, "bench", self.bundle, "-n", runs,
                    f"--threads={self.threads}", "--json"])
        return json.loads(text)["medianMs"]

    def close(self):
        pass


def run(command):
    done = subprocess.run([str(word) for word in command],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"failed: {' '.join(done.args)}\n{done.stderr}")
    return done.stdout


def error(got, expected):
    """The largest error as a part of the expected range."""
    return float(np.abs(got - expected).max() / np.ptp(expected))


def default_packages():
    """Where ONNX Runtime is, or is installed."""
    return pathlib.Path(os.environ.get(
        "XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "mlc-peers"


def packages_of(folder):
    """A folder with ONNX Runtime in it; installs it there if it is missing."""
    if not (folder / "node_modules/onnxruntime-node").exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--ignore-scripts", "--no-fund", "--no-audit",
             "--prefix", folder, "onnxruntime-node"])
    package = folder / "node_modules/onnxruntime-node/package.json"
    return json.loads(package.read_text())["version"]


def measure(name, options, folder):
    path, image = folder / "net.mlmodel", folder / "image.npy"
    generate.write_network(name, path, 0, False)
    model = read_model(path)
    np.save(image, generate.sample_input(model, 0))
    torch = Worker(sys.executable, HERE / "pytorch_peer.py", path, image,
                   options.threads, folder)
    shape = torch.answer()
    ort = Worker("node", HERE / "onnxruntime_peer.js", options.packages,
                 folder / "net.onnx", folder / "input.bin",
                 ",".join(map(str, shape)), options.threads,
                 folder / "ort.bin")
    session = ort.answer()[0]
    peers = {"f32": Mlc(options.mlc, path, "f32", folder, options.threads),
             "ort": ort,
             "f16": Mlc(options.mlc, path, "f16", folder, options.threads),
             "torch": torch}
    expected = np.fromfile(folder / "output.bin", np.float32)
    errors = {p: error(peers[p].outputs(model, image), expected)
              for p in ("f32", "f16")}
    medians = {peer: [] for peer in peers}
    for _ in range(options.rounds):
        for peer, worker in peers.items():
            medians[peer].append(worker.median(options.n))
    errors["ort"] = error(np.fromfile(folder / "ort.bin", np.float32),
                          expected)
    for worker in peers.values():
        worker.close()
    times = {peer: statistics.median(values)
             for peer, values in medians.items()}
    return {"times": times, "errors": errors, "ortSessionMs": session}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-n", type=int, default=10, help="runs a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--packages", type=pathlib.Path, metavar="DIR",
                        default=default_packages())
    options = parser.parse_intermixed_args()
    wrong = [n for n in options.names if n not in generate.NETWORKS]
    if wrong:
        parser.error(f"no such network: {wrong[0]}")
    version = packages_of(options.packages)
    print(f"Milliseconds an inference, {options.threads} threads, batch 1; "
          f"ONNX Runtime {version}\n")
    print("| network | mlc f32 | mlc f16 | ONNX Runtime | PyTorch | f32/ORT "
          "| f16/ORT | f32/PyTorch | error f32 | error f16 | error ORT |")
    print("| --- |" + " ---: |" * 10, flush=True)
    results = {}
    for name in options.names or NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            row = measure(name, options, pathlib.Path(folder))
        results[name] = row
        t, e = row["times"], row["errors"]
        print(f"| {name} | {t['f32']:.1f} | {t['f16']:.1f} | {t['ort']:.1f} "
              f"| {t['torch']:.1f} | {t['f32'] / t['ort']:.2f} "
              f"| {t['f16'] / t['ort']:.2f} | {t['f32'] / t['torch']:.2f} "
              f"| {e['f32']:.1e} | {e['f16']:.1e} | {e['ort']:.1e} |",
              flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
