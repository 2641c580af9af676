#!/usr/bin/env python3
"""Whether the cost model ranks dispatches as this machine does.

    cost_ranking.py MLC [NAME...] [-n N] [--precision=f32|f16]

For each network: Spearman's rank correlation between the measured times of the
dispatches and their roofline times, with the largest rates that any dispatch of
the network reached here as the machine's figures. Also how much of the roofline
the whole network reached.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples/networks"))
import generate  # noqa: E402

NETWORKS = ["resnet_50", "mobilenet_v2", "squeezenet_1_1", "googlenet"]


def ranks(values):
    return np.argsort(np.argsort(values)).astype(float)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("names", nargs="*", metavar="NAME", default=NETWORKS)
    parser.add_argument("-n", type=int, default=10)
    parser.add_argument("--precision", default="f32")
    options = parser.parse_intermixed_args()
    print("| network | dispatches | rank correlation | of the roofline |")
    print("| --- | ---: | ---: | ---: |")
    for name in options.names:
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "net.mlmodel"
            generate.write_network(name, model, 0, False)
            text = subprocess.run(
                [options.mlc, "bench", model, "--profile", "--json", "-n",
                 str(options.n), f"--precision={options.precision}"],
                capture_output=True, text=True, check=True).stdout
        dispatches = json.loads(text)["dispatches"]
        seconds = np.array([d["ms"] / 1e3 for d in dispatches])
        flops = np.array([d["flops"] for d in dispatches])
        size = np.array([d["bytes"] for d in dispatches])
        roofline = np.maximum(flops / (flops / seconds).max(),
                              size / (size / seconds).max())
        correlation = np.corrcoef(ranks(seconds), ranks(roofline))[0, 1]
        print(f"| {name} | {len(dispatches)} | {correlation:.2f} "
              f"| {roofline.sum() / seconds.sum():.2f} |", flush=True)


if __name__ == "__main__":
    main()
