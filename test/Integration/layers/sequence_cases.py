"""Cases of layers that walk or repeat a sequence.

The formulas of the cells stand here once more, on whole vectors, so that they
share nothing with what they check.
"""
import numpy as np

from case import cases

FUNCTIONS = {
    "linear": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0),
    "scaledTanh": lambda x: 1.7159 * np.tanh(x * 2 / 3),
    "sigmoidHard": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
}


def clip(x):
    return np.clip(x, -50, 50)


def set_function(message, name, numbers=False):
    """An activation, with or without the parameters that it must have."""
    function = getattr(message, name)
    function.SetInParent()
    if numbers:
        values = {"linear": (1, 0), "scaledTanh": (1.7159, 2 / 3),
                  "sigmoidHard": (0.2, 0.5)}
        function.alpha, function.beta = values[name]


def walk(x, states, step, reverse=False):
    """Outputs of all steps, in the order of computing, and the last states.

    x is [steps, batch, inputs], each state [batch, units].
    """
    outputs = []
    for vector in x[::-1] if reverse else x:
        states = step(vector, *states)
        outputs.append(states[0])
    return np.stack(outputs), states


def as_blob(values):
    """[..., C] with the two ones that Core ML's sequences end with."""
    return values.reshape(values.shape + (1, 1))


class Weights:
    """Draws the weights of a layer and writes them into its message."""

    def __init__(self, case, inputs, units, scale=0.4):
        self.case, self.scale = case, scale
        self.sizes = {"Weight": (units, inputs), "Recursion": (units, units),
                      "Vector": (units,)}

    def draw(self, message, role):
        values = self.case.normal(*self.sizes[role]) * self.scale
        values = values.astype(np.float16).astype(np.float64)
        return self.case.weights(message, values)


def prepare(case, inputs, units, steps, batch, num_states, with_states,
            batch_first=False):
    """Sizes and inputs; returns x and the states before the first step.

    With batch_first the file has states as [batch, units, 1, 1, 1].
    """
    case.params.inputVectorSize, case.params.outputVectorSize = inputs, units
    x = case.normal(steps, batch, inputs)
    case.input(as_blob(x))
    states = [np.zeros((batch, units)) for _ in range(num_states)]
    if with_states:
        states = [case.normal(batch, units) / 2 for _ in range(num_states)]
        states = [s.astype(np.float16).astype(np.float64) for s in states]
        for state in states:
            blob = as_blob(state[None])
            case.input(np.moveaxis(blob, 0, -1) if batch_first else blob)
    return x, states


def finish(case, outputs, states, sequence, show_states):
    case.expect(as_blob(outputs if sequence else outputs[-1:]))
    if show_states:
        for state in states:
            case.expect(as_blob(state[None]))


@cases(
    "simpleRecurrent",
    last=dict(),
    all_steps=dict(sequence=True, batch=3, units=17),
    reverse=dict(sequence=True, reverse=True, bias=False, show=False),
    states=dict(states=True, batch=2, function="sigmoid"),
    one_step=dict(steps=1, states=True, function="ReLU", units=40),
    scaled=dict(function="scaledTanh", sequence=True, units=3),
    scaled_numbers=dict(function="scaledTanh", numbers=True),
    hard=dict(function="sigmoidHard", batch=2, reverse=True),
    linear=dict(function="linear", steps=3, states=True),
    clipped=dict(function="linear", steps=3, scale=30),
    batch_first=dict(states=True, batch=3, batch_first=True, sequence=True),
)
def simple(case, inputs=5, units=8, steps=6, batch=1, function="tanh",
           numbers=False, sequence=False, reverse=False, bias=True,
           states=False, show=True, scale=0.4, batch_first=False):
    p = case.params
    x, start = prepare(case, inputs, units, steps, batch, 1, states,
                       batch_first)
    weights = Weights(case, inputs, units, scale)
    w = weights.draw(p.weightMatrix, "Weight")
    r = weights.draw(p.recursionMatrix, "Recursion")
    b = 0
    p.hasBiasVector = bias
    if bias:
        b = weights.draw(p.biasVector, "Vector")
    set_function(p.activation, function, numbers)
    p.sequenceOutput, p.reverseInput = sequence, reverse
    f = FUNCTIONS[function]
    outputs, end = walk(x, start, lambda v, h: [f(clip(v @ w.T + h @ r.T + b))],
                        reverse)
    finish(case, outputs, end, sequence, show)


@cases(
    "gru",
    last=dict(),
    all_steps=dict(sequence=True, batch=3, units=17),
    reverse=dict(sequence=True, reverse=True, bias=False, show=False),
    states=dict(states=True, batch=2),
    one_step=dict(steps=1, states=True, units=40),
    hard=dict(functions=("sigmoidHard", "scaledTanh"), sequence=True),
    relu=dict(functions=("sigmoid", "ReLU"), units=3, reverse=True),
    batch_first=dict(states=True, batch=3, batch_first=True),
)
def gru(case, inputs=5, units=8, steps=6, batch=1,
        functions=("sigmoid", "tanh"), sequence=False, reverse=False, bias=True,
        states=False, show=True, scale=0.4, batch_first=False):
    p = case.params
    x, start = prepare(case, inputs, units, steps, batch, 1, states,
                       batch_first)
    weights = Weights(case, inputs, units, scale)
    w, r, b = {}, {}, {}
    p.hasBiasVectors = bias
    for gate in ("update", "reset", "output"):
        w[gate] = weights.draw(getattr(p, gate + "GateWeightMatrix"), "Weight")
        r[gate] = weights.draw(getattr(p, gate + "GateRecursionMatrix"),
                               "Recursion")
        b[gate] = 0
        if bias:
            b[gate] = weights.draw(getattr(p, gate + "GateBiasVector"),
                                   "Vector")
    for function in functions:
        set_function(p.activations.add(), function)
    p.sequenceOutput, p.reverseInput = sequence, reverse
    f, g = (FUNCTIONS[name] for name in functions)

    def step(v, h):
        def gate(name, state):
            return clip(v @ w[name].T + state @ r[name].T + b[name])
        z, reset = f(gate("update", h)), f(gate("reset", h))
        return [(1 - z) * g(gate("output", h * reset)) + z * h]

    outputs, end = walk(x, start, step, reverse)
    finish(case, outputs, end, sequence, show)


GATES = {"i": "inputGate", "f": "forgetGate", "z": "blockInput",
         "o": "outputGate"}


def draw_lstm(message, weights, bias, peepholes):
    w, r, b, peep = {}, {}, {}, {}
    for gate, name in GATES.items():
        w[gate] = weights.draw(getattr(message, name + "WeightMatrix"),
                               "Weight")
        r[gate] = weights.draw(getattr(message, name + "RecursionMatrix"),
                               "Recursion")
        b[gate] = peep[gate] = 0
        if bias:
            b[gate] = weights.draw(getattr(message, name + "BiasVector"),
                                   "Vector")
        if peepholes and gate != "z":
            peep[gate] = weights.draw(getattr(message, name + "PeepholeVector"),
                                      "Vector")
    return w, r, b, peep


def lstm_step(drawn, functions, coupled, limit):
    w, r, b, peep = drawn
    f, g, h = (FUNCTIONS[name] for name in functions)

    def step(v, y, c):
        def gate(name, cell):
            return clip(v @ w[name].T + y @ r[name].T + peep[name] * cell
                        + b[name])
        i = f(gate("i", c))
        keep = 1 - i if coupled else f(gate("f", c))
        new = np.clip(c * keep + i * g(gate("z", c)), -limit, limit)
        return [h(new) * f(gate("o", new)), new]

    return step


def set_options(params, sequence, bias, peepholes, coupled, limit, forget):
    params.sequenceOutput, params.hasBiasVectors = sequence, bias
    params.hasPeepholeVectors = peepholes
    params.coupledInputAndForgetGate = coupled
    params.cellClipThreshold, params.forgetBias = limit, forget


@cases(
    "uniDirectionalLSTM",
    last=dict(),
    all_steps=dict(sequence=True, batch=3, units=17),
    reverse=dict(sequence=True, reverse=True, bias=False, show=0),
    states=dict(states=True, batch=2, show=1),
    one_step=dict(steps=1, states=True, units=40),
    peepholes=dict(peepholes=True, sequence=True, states=True),
    coupled=dict(coupled=True, peepholes=True, batch=2, units=3),
    clipped=dict(limit=0.25, sequence=True, steps=9),
    forget_bias=dict(forget=True, reverse=True),
    hard=dict(functions=("sigmoidHard", "tanh", "scaledTanh"), sequence=True),
    relu=dict(functions=("sigmoid", "ReLU", "linear"), limit=2),
    long=dict(steps=65, units=70, inputs=30, scale=0.1),
    batch_first=dict(states=True, batch=3, batch_first=True),
)
def lstm(case, inputs=5, units=8, steps=6, batch=1,
         functions=("sigmoid", "tanh", "tanh"), sequence=False, reverse=False,
         bias=True, states=False, show=2, peepholes=False, coupled=False,
         limit=0, forget=False, scale=0.4, batch_first=False):
    p = case.params
    x, start = prepare(case, inputs, units, steps, batch, 2, states,
                       batch_first)
    drawn = draw_lstm(p.weightParams, Weights(case, inputs, units, scale), bias,
                      peepholes)
    for function in functions:
        set_function(p.activations.add(), function)
    set_options(p.params, sequence, bias, peepholes, coupled, limit, forget)
    p.reverseInput = reverse
    outputs, end = walk(x, start,
                        lstm_step(drawn, functions, coupled, limit or 50),
                        reverse)
    finish(case, outputs, end[:show], sequence, show)


@cases(
    "biDirectionalLSTM",
    last=dict(),
    all_steps=dict(sequence=True, batch=3, units=17),
    states=dict(states=True, batch=2, sequence=True),
    one_step=dict(steps=1, states=True, units=40, bias=False),
    peepholes=dict(peepholes=True, sequence=True, coupled=True),
    clipped=dict(limit=0.25, units=3, same=True),
    hard=dict(functions=("sigmoidHard", "scaledTanh", "tanh"), show=False),
    batch_first=dict(states=True, batch=2, batch_first=True),
)
def bilstm(case, inputs=5, units=8, steps=6, batch=1,
           functions=("sigmoid", "tanh", "tanh"), sequence=False, bias=True,
           states=False, show=True, peepholes=False, coupled=False, limit=0,
           same=False, batch_first=False):
    p = case.params
    x, start = prepare(case, inputs, units, steps, batch, 4, states,
                       batch_first)
    weights = Weights(case, inputs, units)
    drawn = [draw_lstm(p.weightParams.add(), weights, bias, peepholes)
             for _ in range(2)]
    for function in functions:
        set_function(p.activationsForwardLSTM.add(), function)
        if not same:
            set_function(p.activationsBackwardLSTM.add(), function)
    set_options(p.params, sequence, bias, peepholes, coupled, limit, False)
    steps_of = [lstm_step(d, functions, coupled, limit or 50) for d in drawn]
    ahead, first = walk(x, start[:2], steps_of[0])
    back, second = walk(x, start[2:], steps_of[1], reverse=True)
    if sequence:
        back = back[::-1]
    else:
        ahead, back = ahead[-1:], back[-1:]
    case.expect(as_blob(np.concatenate([ahead, back], axis=-1)))
    if show:
        for state in first + second:
            case.expect(as_blob(state[None]))


@cases("sequenceRepeat", once=dict(times=0), vectors=dict(times=3),
       images=dict(times=2, shape=(3, 2, 4, 5, 3)))
def sequence_repeat(case, times, shape=(2, 1, 6, 1, 1)):
    x = case.input(case.normal(*shape))
    case.params.nRepetitions = times
    case.expect(np.concatenate([x] * max(times, 1)))
