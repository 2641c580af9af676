#!/usr/bin/env python3
"""How time and memory grow with the model: a table of families of models, each
in three sizes.

    scaling.py BIN [FAMILY...] [--n N] [--command COMMAND]

For each family: the sizes of the files, seconds of processor time and peak
memory of `mlc COMMAND` for N, 2 N and 4 N layers (or inputs, outputs, names), and the
exponent of the time between the last two: 1 is linear. A family is said to be
over the bound where memory exceeds three times the file and 256 MiB.
"""
import argparse
import math
import pathlib
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "networks"))
from schema import load  # noqa: E402

pb = load()
FAMILIES = {}
FLOAT = 65568


def family(scale=1):
    """Registers a function of a count; `scale` times N is what it gets."""
    def register(function):
        FAMILIES[function.__name__.replace("_", "-")] = (function, scale)
        return function
    return register


class Net:
    """A network under construction; layers go to `layers`."""

    def __init__(self, shape=(3, 4, 5), inputs=("x",), exact=True):
        self.model = pb.Model(specificationVersion=8)
        self.layers = self.model.neuralNetwork.layers
        if exact:
            self.model.neuralNetwork.arrayInputShapeMapping = 1
        for name in inputs:
            array = self.model.description.input.add(name=name).type
            array.multiArrayType.shape.extend(shape)
            array.multiArrayType.dataType = FLOAT

    def add(self, kind, inputs, outputs, name=None, into=None, **fields):
        layer = (self.layers if into is None else into).add(
            name=name or f"{kind}{len(self.layers)}")
        layer.input.extend(inputs)
        layer.output.extend(outputs)
        params = getattr(layer, kind)
        params.SetInParent()
        for key, value in fields.items():
            if isinstance(value, (list, tuple)):
                getattr(params, key).extend(value)
            else:
                setattr(params, key, value)
        return params

    def relu(self, source, target, into=None, name=None):
        self.add("activation", [source], [target], name, into
                 ).ReLU.SetInParent()

    def finish(self, *outputs):
        for name in outputs:
            self.model.description.output.add(
                name=name).type.multiArrayType.dataType = FLOAT
        return self.model

    def chain(self, count, *adders):
        """`count` layers after each other, `adders` in turn."""
        value = "x"
        for i in range(count):
            adders[i % len(adders)](value, f"v{i}")
            value = f"v{i}"
        return self.finish(value)


def weights(blob, count, value=0.5):
    blob.floatValue.extend([value] * count)


@family(4)
def relu_chain(n):
    net = Net()
    return net.chain(n, net.relu)


@family()
def softmax_chain(n):
    net = Net()
    return net.chain(
        n, lambda a, b: net.add("softmaxND", [a], [b], axis=-1),
        lambda a, b: net.add("cumSum", [a], [b], axis=1))


@family()
def different_kernels(n):
    net = Net((8, 8))
    count = iter(range(n))
    return net.chain(
        n, lambda a, b: net.add("softmaxND", [a], [b], axis=-1),
        lambda a, b: net.add("unary", [a], [b], type=4,
                             alpha=1 + next(count) / 7))


@family()
def transposes(n):
    net = Net((4, 5, 6, 7))
    return net.chain(
        n, lambda a, b: net.add("transpose", [a], [b], axes=[1, 0, 2, 3]),
        lambda a, b: net.add("reshapeStatic", [a], [b],
                             targetShape=[6, 5, 4, 7]),
        lambda a, b: net.add("transpose", [a], [b], axes=[3, 1, 2, 0]),
        lambda a, b: net.add("reshapeStatic", [a], [b],
                             targetShape=[4, 5, 6, 7]))


@family()
def convolutions(n):
    net = Net((4, 8, 8), exact=False)

    def conv(a, b):
        p = net.add("convolution", [a], [b], outputChannels=4,
                    kernelChannels=4, kernelSize=[1, 1], nGroups=1)
        p.valid.SetInParent()
        weights(p.weights, 16, 0.1)

    def norm(a, b):
        p = net.add("batchnorm", [a], [b], channels=4)
        for blob in (p.gamma, p.beta, p.mean, p.variance):
            weights(blob, 4)
    return net.chain(n, conv, norm, net.relu)


@family()
def residuals(n):
    """Each sum reads the one before and a branch of it."""
    net, value = Net(), "x"
    for i in range(n):
        net.add("softmaxND", [value], [f"s{i}"], axis=-1)
        net.add("addBroadcastable", [value, f"s{i}"], [f"v{i}"])
        value = f"v{i}"
    return net.finish(value)


@family()
def alive(n):
    """All values live until the second half reads them, last first."""
    net = Net()
    for i in range(n):
        net.add("cumSum", ["x"], [f"a{i}"], axis=i % 3)
        net.add("softmaxND", [f"a{i}"], [f"s{i}"], axis=-1)
    value = "x"
    for i in reversed(range(n)):
        net.add("batchedMatmul", [value, f"s{i}"], [f"v{i}"], transposeB=True)
        net.add("batchedMatmul", [f"v{i}", f"s{i}"], [f"w{i}"])
        value = f"w{i}"
    return net.finish(value)


@family(8)
def concat(n):
    net = Net((1, 2, 2), exact=False)
    net.add("concat", ["x"] * n, ["y"])
    return net.finish("y")


@family(4)
def stack(n):
    net = Net((2,))
    net.add("stack", ["x"] * n, ["y"])
    return net.finish("y")


@family()
def concat_computed(n):
    net = Net((4, 2))
    for i in range(n):
        net.add("softmaxND", ["x"], [f"s{i}"], axis=-1)
    net.add("concatND", [f"s{i}" for i in range(n)], ["y"], axis=1)
    return net.finish("y")


@family()
def concat_grows(n):
    net, value = Net((2, 2)), "x"
    for i in range(n):
        net.add("concatND", [value, "x"], [f"v{i}"], axis=0)
        value = f"v{i}"
    return net.finish(value)


@family(4)
def split(n):
    net = Net((n, 2))
    net.add("splitND", ["x"], [f"s{i}" for i in range(n)], axis=0, numSplits=n)
    return net.finish("s0", f"s{n - 1}")


@family()
def split_all(n):
    net = Net((n, 2))
    net.add("splitND", ["x"], [f"s{i}" for i in range(n)], axis=0, numSplits=n)
    return net.finish(*[f"s{i}" for i in range(n)])


@family()
def slices(n):
    net = Net((n, 2))
    for i in range(n):
        net.add("sliceStatic", ["x"], [f"s{i}"], beginIds=[i, 0],
                endIds=[i + 1, 2], strides=[1, 1], beginMasks=[False] * 2,
                endMasks=[False] * 2)
    net.add("concatND", [f"s{i}" for i in range(n)], ["y"], axis=1)
    return net.finish("y")


@family()
def inputs(n):
    names = [f"x{i}" for i in range(n)]
    net = Net((2,), names)
    net.add("addBroadcastable", names[:2], ["y"])
    return net.finish("y")


@family()
def added_inputs(n):
    names = [f"x{i}" for i in range(n)]
    net = Net((2, 2, 2), names, exact=False)
    net.add("add", names, ["y"])
    return net.finish("y")


@family()
def outputs(n):
    net = Net()
    for i in range(n):
        net.relu("x", f"y{i}")
    return net.finish(*[f"y{i}" for i in range(n)])


@family()
def readers(n):
    net = Net()
    net.add("softmaxND", ["x"], ["s"], axis=-1)
    for i in range(n):
        net.add("cumSum", ["s"], [f"y{i}"], axis=i % 3)
    return net.finish(*[f"y{i}" for i in range(0, n, 16)])


@family()
def constants(n):
    net, value = Net((128,)), "x"
    for i in range(n):
        p = net.add("loadConstantND", [], [f"c{i}"], shape=[128])
        weights(p.data, 128, float(i))
        net.add("addBroadcastable", [value, f"c{i}"], [f"v{i}"])
        value = f"v{i}"
    return net.finish(value)


@family()
def constant_views(n):
    net = Net((128, 128))
    p = net.add("loadConstantND", [], ["c"], shape=[128, 128])
    weights(p.data, 128 * 128)
    value = "x"
    for i in range(n):
        net.add("transpose" if i % 2 else "sliceStatic", ["c"], [f"t{i}"],
                **(dict(axes=[1, 0]) if i % 2 else
                   dict(beginIds=[i % 128, 0], endIds=[i % 128 + 1, 128],
                        strides=[1, 1], beginMasks=[False] * 2,
                        endMasks=[False] * 2)))
        net.add("batchedMatmul" if i % 2 else "addBroadcastable",
                [value, f"t{i}"], [f"v{i}"])
        value = f"v{i}"
    return net.finish(value)


@family()
def shapes(n):
    """Shape arithmetic of a converter, again and again."""
    net, value = Net((4, 6)), "x"
    for i in range(n):
        net.add("getShape", [value], [f"s{i}"])
        net.add("reverse", [f"s{i}"], [f"r{i}"], reverseDim=[True])
        net.add("reshapeDynamic", [value, f"r{i}"], [f"v{i}"])
        value = f"v{i}"
    return net.finish(value)


@family()
def loops(n):
    net = Net()
    for i in range(n):
        p = net.add("loop", [], [], f"L{i}", maxLoopIterations=3)
        net.relu("x", "x", p.bodyNetwork.layers)
    return finish_x(net)


def finish_x(net):
    """Makes what blob x is at the end the result."""
    net.add("softmaxND", ["x"], ["y"], axis=-1)
    return net.finish("y")


@family()
def loop_tree(n):
    """Loops in loops, two in each."""
    net = Net()

    def fill(into, levels, name):
        for i in range(2):
            loop = into.add(name=f"{name}{i}")
            loop.loop.maxLoopIterations = 3
            if levels > 1:
                fill(loop.loop.bodyNetwork.layers, levels - 1, f"{name}{i}")
            else:
                net.relu("x", "x", loop.loop.bodyNetwork.layers)
    fill(net.layers, max(1, int(math.log2(n))), "L")
    return finish_x(net)


@family()
def captures(n):
    """A loop reads many values from outside."""
    net = Net((2,))
    for i in range(n):
        net.add("softmaxND", ["x"], [f"c{i}"], axis=-1)
    p = net.add("loop", [], [], "L", maxLoopIterations=3)
    for i in range(n):
        net.add("addBroadcastable", ["x", f"c{i}"], ["x"], f"a{i}",
                p.bodyNetwork.layers)
    return finish_x(net)


@family()
def states(n):
    """A loop that changes many values."""
    net = Net((2,))
    for i in range(n):
        net.add("softmaxND", ["x"], [f"c{i}"], axis=-1)
    p = net.add("loop", [], [], "L", maxLoopIterations=3)
    for i in range(n):
        net.relu(f"c{i}", f"c{i}", p.bodyNetwork.layers, f"r{i}")
    net.add("concatND", [f"c{i}" for i in range(n)], ["y"], axis=0)
    return net.finish("y")


@family()
def branches(n):
    net = Net((1,))
    for i in range(n):
        p = net.add("branch", ["x"], [], f"B{i}")
        net.relu("x", "x", p.ifBranch.layers, f"r{i}")
    return finish_x(net)


@family()
def recurrent(n):
    net = Net((4, 1, 4), exact=True)

    def rnn(a, b):
        p = net.add("simpleRecurrent", [a], [b], inputVectorSize=4,
                    outputVectorSize=4, sequenceOutput=True)
        p.activation.tanh.SetInParent()
        weights(p.weightMatrix, 16)
        weights(p.recursionMatrix, 16)
    net.model.description.input[0].type.multiArrayType.shape[:] = [4, 1, 4, 1, 1]
    return net.chain(n, rnn)


@family()
def equal_names(n):
    net, value = Net(), "x"
    for i in range(n):
        net.add("softmaxND" if i % 2 else "cumSum", [value], [f"v{i}"], "same",
                axis=1)
        value = f"v{i}"
    return net.finish(value)


@family(64)
def long_names(n):
    net, value = Net(), "x"
    for i in range(8):
        net.add("softmaxND", [value], [f"{i}" + "b" * n], "n" * n + str(i),
                axis=1)
        value = f"{i}" + "b" * n
    return net.finish(value)


@family(8)
def labels(n):
    net = Net((n,))
    net.add("softmaxND", ["x"], ["p"], axis=-1)
    model = net.finish("p")
    network = pb.NeuralNetwork.FromString(
        model.neuralNetwork.SerializeToString())
    kind = model.neuralNetworkClassifier
    kind.layers.extend(network.layers)
    kind.arrayInputShapeMapping = 1
    kind.stringClassLabels.vector.extend(f"label {i}" for i in range(n))
    model.description.predictedFeatureName = "label"
    model.description.output.add(name="label").type.stringType.SetInParent()
    return model


@family()
def steps(n):
    """Preprocessing: a scaler again and again."""
    net = Net((3, 4, 4), exact=False)
    image = net.model.description.input[0].type.imageType
    image.width = image.height = 4
    image.colorSpace = 20
    for _ in range(n):
        net.model.neuralNetwork.preprocessing.add(
            featureName="x").scaler.channelScale = 0.5
    net.relu("x", "y")
    return net.finish("y")


# ---------------------------------------------------------------------------


def measure(mlc, command, model, limit):
    """Seconds of processors, MiB of memory at most, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "m.mlmodel")
        path.write_bytes(model.SerializeToString())
        line = [str(mlc), *command.split(), str(path)]
        if command.split()[0] in ("compile", "optimize"):
            line += ["-o", str(pathlib.Path(folder, "out"))]
        def bound():
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        done = subprocess.run(line, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True,
                              errors="replace", preexec_fn=bound)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        wrong = ""
        if done.returncode:
            wrong = done.stderr.strip().split("\n")[0][:70] or "killed"
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, wrong


def run_one(arguments):
    """In a process of its own, for its children's peak is what is asked."""
    name, n = arguments.only.split(":")
    model = FAMILIES[name][0](int(n))
    size = model.ByteSize()
    print(size, *measure(arguments.bin / "mlc", arguments.command, model,
                         arguments.limit), sep="\t")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("families", nargs="*")
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--command", default="compile")
    parser.add_argument("--limit", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        return run_one(arguments)
    print(f"{'family':18}{'n':>8}{'file MB':>9}{'s':>24}{'MiB':>21}  exponent")
    for name in arguments.families or FAMILIES:
        rows = []
        for factor in (1, 2, 4):
            n = arguments.n * FAMILIES[name][1] * factor
            out = subprocess.run(
                [sys.executable, __file__, str(arguments.bin),
                 "--only", f"{name}:{n}", "--command", arguments.command,
                 "--limit", str(arguments.limit)],
                stdout=subprocess.PIPE, text=True).stdout.rstrip("\n").split("\t")
            rows.append((n, int(out[0]), float(out[1]), float(out[2]), out[3]))
            if out[3]:
                break
        last = rows[-1]
        exponent = (math.log2(last[2] / rows[-2][2])
                    if len(rows) == 3 and last[2] < math.inf else math.nan)
        over = last[3] > 3 * last[1] / 2**20 + 256
        print(f"{name:18}{last[0]:8}{last[1] / 1e6:9.2f}"
              + "".join(f"{row[2]:8.2f}" for row in rows).rjust(24)
              + "".join(f"{row[3]:7.0f}" for row in rows).rjust(21)
              + f"  {exponent:5.2f}" + ("  OVER" if over else "")
              + (f"  {last[4]}" if last[4] else ""), flush=True)


if __name__ == "__main__":
    main()
