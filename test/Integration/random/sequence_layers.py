"""Recurrent layers, branches and loops."""
from network import Net, Value, kind

FUNCTIONS = ("sigmoid", "tanh", "ReLU", "linear", "scaledTanh", "sigmoidHard")
VALUES = dict(linear=(1, 0), scaledTanh=(1.7159, 2 / 3), sigmoidHard=(0.2, 0.5))
GATES = ("inputGate", "forgetGate", "blockInput", "outputGate")


def set_function(net, message, name=None):
    name = name or net.choose(("sigmoid", "tanh"))
    function = getattr(message, name)
    function.SetInParent()
    if name in VALUES:
        function.alpha, function.beta = VALUES[name]


def sequence(net, x):
    """x as vectors: a reshape to [S, B, C, 1, 1]."""
    if x.shape[-2:] != (1, 1):
        params, x = net.moved("flatten", [x], (
            *x.shape[:-3], x.shape[-3] * x.shape[-2] * x.shape[-1], 1, 1))
        params.mode = net.number(0, 1)
    return net.bounded(x, 4)


def states_of(net, x, units, count):
    if net.chance(0.5):
        return []
    shape = (1, x.shape[1], units, 1, 1)
    return [net.bounded(net.like(shape), 1) for _ in range(count)]


def matrix(net, message, *shape):
    net.weights(message, 0.5 * net.normal(*shape) / shape[-1] ** 0.5)


def begin(net, field, x, num_states, directions=1):
    x = sequence(net, x)
    units = net.choose((1, 2, 3, 5, 8))
    states = states_of(net, x, units, num_states)
    whole = net.chance(0.6)
    state = (1, x.shape[1], units, 1, 1)
    shown = net.choose((0, num_states))
    params, *results = net.add(
        field, [x, *states], (x.shape[0] if whole else 1, x.shape[1],
                              units * directions, 1, 1), *[state] * shown,
        scale=2.0)
    params.inputVectorSize, params.outputVectorSize = x.channels, units
    return params, x.channels, units, whole, net.choose(results)


@kind("simpleRecurrent", 0.6, low=5)
def simple_recurrent(net, x):
    params, inputs, units, whole, y = begin(net, "simpleRecurrent", x, 1)
    params.sequenceOutput, params.reverseInput = whole, net.chance(0.4)
    set_function(net, params.activation)
    matrix(net, params.weightMatrix, units, inputs)
    matrix(net, params.recursionMatrix, units, units)
    if net.chance(0.6):
        params.hasBiasVector = True
        net.weights(params.biasVector, net.normal(units))
    return y


@kind("gru", 0.6, low=5)
def gru(net, x):
    params, inputs, units, whole, y = begin(net, "gru", x, 1)
    params.sequenceOutput, params.reverseInput = whole, net.chance(0.4)
    params.hasBiasVectors = net.chance(0.6)
    for _ in range(2):
        set_function(net, params.activations.add())
    for gate in ("update", "reset", "output"):
        matrix(net, getattr(params, gate + "GateWeightMatrix"), units, inputs)
        matrix(net, getattr(params, gate + "GateRecursionMatrix"), units, units)
        if params.hasBiasVectors:
            net.weights(getattr(params, gate + "GateBiasVector"),
                        net.normal(units))
    return y


def lstm_weights(net, message, options, inputs, units):
    for gate in GATES:
        matrix(net, getattr(message, gate + "WeightMatrix"), units, inputs)
        matrix(net, getattr(message, gate + "RecursionMatrix"), units, units)
        if options.hasBiasVectors:
            net.weights(getattr(message, gate + "BiasVector"),
                        net.normal(units))
        if options.hasPeepholeVectors and gate != "blockInput":
            net.weights(getattr(message, gate + "PeepholeVector"),
                        0.5 * net.normal(units))


def lstm_options(net, options, whole):
    options.sequenceOutput = whole
    options.hasBiasVectors = net.chance(0.6)
    options.hasPeepholeVectors = net.chance(0.3)
    options.coupledInputAndForgetGate = net.chance(0.2)
    options.forgetBias = net.chance(0.2)
    options.cellClipThreshold = net.choose((0, 0.5, 50))


@kind("lstm", 0.8, low=5)
def lstm(net, x):
    both = net.chance(0.4)
    field = "biDirectionalLSTM" if both else "uniDirectionalLSTM"
    params, inputs, units, whole, y = begin(net, field, x, 4 if both else 2,
                                            2 if both else 1)
    lstm_options(net, params.params, whole)
    lists = [params.activationsForwardLSTM, params.activationsBackwardLSTM] \
        if both else [params.activations]
    for functions in lists:
        for _ in range(3):
            set_function(net, functions.add())
    for message in ([params.weightParams.add() for _ in range(2)] if both
                    else [params.weightParams]):
        lstm_weights(net, message, params.params, inputs, units)
    if not both:
        params.reverseInput = net.chance(0.4)
    return y


@kind("sequenceRepeat", 0.4, low=5)
def sequence_repeat(net, x):
    times = net.number(1, 3)
    params, y = net.moved("sequenceRepeat", [x], (times * x.shape[0],
                                                  *x.shape[1:]))
    params.nRepetitions = times
    return y


@kind("embedding", 0.3, low=5)
def embedding(net, x):
    rows, channels = net.number(1, 9), net.choose((1, 3, 5, 8))
    shape = (net.number(1, 3), net.number(1, 2), 1, 1, 1)
    at = net.constant(net.numbers.integers(0, rows, shape))
    params, y = net.add("embedding", [at], (*shape[:2], channels, 1, 1),
                        scale=3.0)
    params.inputDim, params.outputChannels = rows, channels
    net.weights(params.weights, net.normal(channels, rows))
    return y


# ---------------------------------------------------------------------------
# Control flow
# ---------------------------------------------------------------------------


class Inner(Net):
    """The layers of a branch or a loop, which see the values around them."""

    def __init__(self, outer, layers, values):
        self.__dict__.update(outer.__dict__)
        self.layers, self.values = layers, list(values)
        self.depth = outer.depth + 1
        self.outer = outer

    def name(self, stem):
        return self.outer.name(stem)

    def input(self, shape, scale=1.0):
        return self.constant(scale * self.normal(*shape))

    def result(self, value, name, shape):
        """Writes a value of this shape to a blob of the outer network."""
        if value.shape != tuple(shape):
            value = self.like(shape)
        layer = self.layers.add(name=self.name("write"))
        layer.input.append(value.name)
        layer.output.append(name)
        layer.copy.SetInParent()

    def grow_inside(self, x, steps):
        """A few layers from x on; what has its shape at the end."""
        for _ in range(steps):
            self.grow(1)
        same = [v for v in self.values if v.shape == x.shape]
        return self.bounded(same[-1], 2)


def flag(net):
    """Whether to branch: an input, a comparison of an exact value, or a
    constant."""
    if net.chance(0.4) and net.depth == 0:
        x = net.input((1,) if net.exact else (1, 1, 1, 1, 1))
        _, y = net.add("greaterThan", [x], x.shape, scale=1.0, exact=True)
        return y
    exact = [v for v in net.values if v.exact and v.size == 1]
    if exact and net.chance(0.8):
        return net.choose(exact)
    return net.constant([net.choose((0.0, 1.0))])


@kind("branch", 0.8)
def branch(net, x):
    if net.depth > 1:
        return x
    condition = flag(net)
    name = net.name("either")
    visible = list(net.values)
    layer = net.layers.add(name=net.name("branch"))
    layer.input.append(condition.name)
    scales = []
    for network in (layer.branch.ifBranch, layer.branch.elseBranch):
        network.SetInParent()
        inner = Inner(net, network.layers, visible)
        y = inner.grow_inside(x, net.number(1, 3))
        scales.append(y.scale)
        inner.result(y, name, x.shape)
        net.count = max(net.count, inner.count)
    y = Value(name, x.shape, max(scales))
    net.values.append(y)
    return y


@kind("loop", 0.6)
def loop(net, x):
    if net.depth > 0:
        return x
    x = net.bounded(x, 2)
    state = net.name("state")
    layer = net.layers.add(name=net.name("enter"), input=[x.name],
                           output=[state])
    layer.copy.SetInParent()
    start = Value(state, x.shape, 2.0)
    visible = [*net.values, start]
    count = net.constant([net.number(1, 3)]) if net.chance(0.3) else None
    layer = net.layers.add(name=net.name("loop"))
    if count:
        layer.input.append(count.name)
    else:
        layer.loop.maxLoopIterations = net.number(1, 3)
    layer.loop.bodyNetwork.SetInParent()
    inner = Inner(net, layer.loop.bodyNetwork.layers, visible)
    y = inner.grow_inside(start, net.number(1, 3))
    inner.result(y, state, x.shape)
    net.values.append(start._replace(exact=False))
    return start

