"""Cases of branches, loops and what is used in them.

Python's own if, for and while say what they must give.
"""
import numpy as np

from case import array_cases, pb, set_fields


class Network:
    """Appends layers to the network itself or to a sub-network."""

    def __init__(self, layers):
        self.layers = layers

    def add(self, kind, inputs, outputs, **fields):
        layer = pb.NeuralNetworkLayer(name=f"{kind}-{len(self.layers)}")
        layer.input.extend(inputs)
        layer.output.extend(outputs)
        params = getattr(layer, kind)
        set_fields(params, fields)
        # A repeated field copies, a list does not.
        if isinstance(self.layers, list):
            self.layers.append(layer)
            return params
        self.layers.add().CopyFrom(layer)
        return getattr(self.layers[-1], kind)

    def constant(self, output, values):
        values = np.atleast_1d(np.asarray(values, np.float32))
        params = self.add("loadConstantND", [], [output], shape=values.shape)
        params.data.floatValue.extend(values.ravel())

    def branch(self, condition):
        params = self.add("branch", [condition], [])
        params.ifBranch.SetInParent()
        return Network(params.ifBranch.layers), params

    def otherwise(self, params):
        params.elseBranch.SetInParent()
        return Network(params.elseBranch.layers)

    def loop(self, inputs=(), limit=0):
        params = self.add("loop", inputs, [], maxLoopIterations=limit)
        params.bodyNetwork.SetInParent()
        return Network(params.bodyNetwork.layers), params

    def condition(self, params, variable):
        params.conditionVar = variable
        return Network(params.conditionNetwork.layers)


def begin(case):
    """The network of a case that is more than one layer."""
    case.layers.clear()
    return Network(case.layers)


@array_cases("branch", yes=dict(flag=1.0), no=dict(flag=0.0),
             minus=dict(flag=-3.0), tiny=dict(flag=1e-7),
             known_yes=dict(flag=1.0, known=True),
             known_no=dict(flag=0.0, known=True),
             images=dict(flag=1.0, shape=(2, 5, 4, 3)),
             no_images=dict(flag=0.0, shape=(2, 5, 4, 3)))
def branch(case, flag, known=False, shape=(3, 4)):
    net = begin(case)
    x, y = case.input(case.normal(*shape)), case.input(case.normal(*shape))
    if known:
        net.constant("flag", flag)
    else:
        case.inputs["flag"] = np.array([flag])
    then, params = net.branch("flag")
    then.add("addBroadcastable", ["x", "y"], ["sum"])
    then.add("tanh", ["sum"], ["both"])
    other = net.otherwise(params)
    other.add("multiplyBroadcastable", ["x", "y"], ["both"])
    net.add("addBroadcastable", ["both", "y"], ["out"])
    case.outputs["out"] = (np.tanh(x + y) if abs(flag) > 1e-6 else x * y) + y


@array_cases("branch", one_sided=dict(flag=1.0), skipped=dict(flag=0.0))
def one_sided(case, flag):
    # What is not written keeps its value.
    net = begin(case)
    x = case.input(case.normal(7))
    case.inputs["flag"] = np.array([flag])
    net.add("unary", ["x"], ["y"], type=6)
    then, _ = net.branch("flag")
    then.add("addBroadcastable", ["x", "x"], ["twice"])
    then.add("copy", ["twice"], ["y"])
    net.add("addBroadcastable", ["y", "x"], ["out"])
    case.outputs["out"] = x + (2 * x if flag else np.abs(x))


@array_cases("branch", nested=dict(flags=(1.0, 1.0)),
             nested_else=dict(flags=(1.0, 0.0)),
             nested_outer=dict(flags=(0.0, 1.0)))
def nested(case, flags):
    net = begin(case)
    x = case.input(case.normal(2, 6))
    case.inputs["a"], case.inputs["b"] = [np.array([f]) for f in flags]
    net.add("splitND", ["x"], ["left", "right"], axis=1, numSplits=2)
    then, params = net.branch("a")
    inner, inner_params = then.branch("b")
    inner.add("addBroadcastable", ["left", "right"], ["out"])
    then.otherwise(inner_params).add("subtractBroadcastable",
                                     ["left", "right"], ["out"])
    net.otherwise(params).add("copy", ["right"], ["out"])
    left, right = x[:, :3], x[:, 3:]
    case.outputs["out"] = ((left + right if flags[1] else left - right)
                           if flags[0] else right)


@array_cases("branch", convolution=dict(flag=1.0), pooling=dict(flag=0.0))
def convolution(case, flag):
    net = begin(case)
    x = case.input(case.normal(1, 4, 6, 6))
    case.inputs["flag"] = np.array([flag])
    weights = case.normal(8, 4)
    then, params = net.branch("flag")
    conv = then.add("convolution", ["x"], ["y"], outputChannels=8,
                    kernelChannels=4, kernelSize=[1, 1], nGroups=1)
    conv.valid.SetInParent()
    conv.weights.floatValue.extend(weights.ravel())
    other = net.otherwise(params)
    other.add("concatND", ["x", "x"], ["y"], axis=1)
    net.add("unary", ["y"], ["out"], type=6)
    case.outputs["out"] = np.abs(
        np.einsum("oc,nchw->nohw", weights, x) if flag
        else np.concatenate([x, x], 1))


@array_cases("loop", five=dict(limit=5), one=dict(limit=1),
             never=dict(limit=0), counted=dict(count=3),
             fraction=dict(count=2.75), images=dict(limit=3, shape=(2, 5, 3, 4)))
def repeated(case, limit=0, count=None, shape=(3, 5)):
    net = begin(case)
    x, y = case.input(case.normal(*shape)), case.input(case.normal(*shape))
    if count is not None:
        case.inputs["count"] = np.array([count])
    net.add("copy", ["x"], ["state"])
    body, _ = net.loop(["count"] if count is not None else [], limit)
    body.add("tanh", ["state"], ["bounded"])
    body.add("addBroadcastable", ["bounded", "y"], ["next"])
    body.add("copy", ["next"], ["state"])
    net.add("copy", ["state"], ["out"])
    for _ in range(int(count if count is not None else limit)):
        x = np.tanh(x) + y
    case.outputs["out"] = x


@array_cases("loop", name_again=dict(), name_again_after_break=dict(leave=2),
             name_of_another_shape=dict(sizes=(1, 3)))
def name_again(case, leave=None, sizes=(1, 1)):
    """Names of the body get other values behind the loop: coremltools calls
    equal constants alike. In an iteration that ends early the old one stays."""
    net = begin(case)
    x = case.input(case.normal(4))
    net.add("copy", ["x"], ["y"])
    net.constant("i", 0)
    net.constant("last", 7)
    body, _ = net.loop(limit=3)
    body.constant("c", np.full(sizes[0], 2))
    body.add("multiplyBroadcastable", ["y", "c"], ["t"])
    body.add("copy", ["t"], ["y"])
    body.constant("one", 1)
    body.add("addBroadcastable", ["i", "one"], ["more"])
    body.add("copy", ["more"], ["i"])
    if leave is not None:
        body.constant("end", leave)
        body.add("equal", ["i", "end"], ["ends"])
        inner, _ = body.branch("ends")
        inner.add("copy", ["i"], ["last"])
        inner.add("loopBreak", [], [])
        body.add("copy", ["more"], ["last"])
    net.constant("c", np.full(sizes[1], 3))
    net.add("addBroadcastable", ["y", "y" if sizes[1] > 1 else "c"], ["out"])
    net.add("copy", ["c"], ["three"])
    net.add("copy", ["last"], ["kept"])
    steps = 3 if leave is None else leave
    y = x * 2 ** steps
    case.outputs["out"] = y + 3 if sizes[1] == 1 else 2 * y
    case.outputs["three"] = np.full(sizes[1], 3.0)
    case.outputs["kept"] = np.array([7.0 if leave is None else float(leave)])


@array_cases("loop", while_less=dict(end=4.0), at_once=dict(end=0.0),
             limited=dict(end=9.0, limit=6), unlimited=dict(end=40.0))
def conditional(case, end, limit=0):
    net = begin(case)
    x = case.input(case.normal(6))
    case.inputs["end"] = np.array([end])
    net.constant("i", 0)
    net.constant("sum", np.zeros(6))
    body, params = net.loop(limit=limit)
    test = net.condition(params, "go")
    test.add("lessThan", ["i", "end"], ["go"])
    body.constant("one", 1)
    body.add("multiplyBroadcastable", ["x", "i"], ["part"])
    body.add("addBroadcastable", ["sum", "part"], ["new"])
    body.add("copy", ["new"], ["sum"])
    body.add("addBroadcastable", ["i", "one"], ["after"])
    body.add("copy", ["after"], ["i"])
    net.add("copy", ["sum"], ["out"])
    net.add("copy", ["i"], ["steps"])
    i, total = 0, np.zeros(6)
    while i < end and (not limit or i < limit):
        total, i = total + x * i, i + 1
    case.outputs["out"], case.outputs["steps"] = total, np.array([float(i)])


@array_cases("loop", fibonacci=dict(limit=9), swapped=dict(limit=1))
def fibonacci(case, limit):
    # States that become each other must not be overwritten too early.
    net = begin(case)
    a = case.input(case.uniform(0, 1, 4))
    b = case.input(case.uniform(0, 1, 4))
    net.add("copy", ["x"], ["a"])
    net.add("copy", ["y"], ["b"])
    body, _ = net.loop(limit=limit)
    body.add("addBroadcastable", ["a", "b"], ["c"])
    body.add("copy", ["b"], ["a"])
    body.add("copy", ["c"], ["b"])
    net.add("copy", ["a"], ["out"])
    net.add("copy", ["b"], ["last"])
    for _ in range(limit):
        a, b = b, a + b
    case.outputs["out"], case.outputs["last"] = a, b


@array_cases("loop", nested=dict(outer=3, inner=2), sizes=dict(outer=2, inner=4))
def nested_loops(case, outer, inner):
    net = begin(case)
    x = case.input(case.uniform(-1, 1, 3, 3))
    net.add("copy", ["x"], ["state"])
    body, _ = net.loop(limit=outer)
    inside, _ = body.loop(limit=inner)
    inside.add("sin", ["state"], ["wave"])
    inside.add("copy", ["wave"], ["state"])
    body.add("addBroadcastable", ["state", "x"], ["more"])
    body.add("copy", ["more"], ["state"])
    net.add("copy", ["state"], ["out"])
    state = x
    for _ in range(outer):
        for _ in range(inner):
            state = np.sin(state)
        state = state + x
    case.outputs["out"] = state


def count_up(net, limit):
    """A loop that counts its iterations in blob i."""
    net.constant("i", 0)
    body, _ = net.loop(limit=limit)
    body.constant("one", 1)
    body.add("addBroadcastable", ["i", "one"], ["after"])
    body.add("copy", ["after"], ["i"])
    return body


@array_cases("loopBreak", early=dict(at=2.0), first=dict(at=1.0),
             never=dict(at=20.0))
def loop_break(case, at):
    net = begin(case)
    x = case.input(case.normal(5))
    case.inputs["at"] = np.array([at])
    net.add("copy", ["x"], ["state"])
    body = count_up(net, 6)
    body.add("equal", ["i", "at"], ["done"])
    then, _ = body.branch("done")
    then.add("loopBreak", [], [])
    body.add("addBroadcastable", ["state", "x"], ["more"])
    body.add("copy", ["more"], ["state"])
    net.add("copy", ["state"], ["out"])
    net.add("copy", ["i"], ["steps"])
    state, i = x, 0
    for i in range(1, 7):
        if i == at:
            break
        state = state + x
    case.outputs["out"], case.outputs["steps"] = state, np.array([float(i)])


@array_cases("loopBreak", in_both=dict(at=3.0), in_both_last=dict(at=6.0))
def break_or_work(case, at):
    # The side that does not end the loop has work of its own.
    net = begin(case)
    x = case.input(case.normal(5))
    case.inputs["at"] = np.array([at])
    net.add("copy", ["x"], ["state"])
    body = count_up(net, 8)
    body.add("lessThan", ["i", "at"], ["goes"])
    then, params = body.branch("goes")
    then.add("multiplyBroadcastable", ["state", "x"], ["state2"])
    then.add("tanh", ["state2"], ["state3"])
    then.add("copy", ["state3"], ["state"])
    net.otherwise(params).add("loopBreak", [], [])
    net.add("copy", ["state"], ["out"])
    state = x
    for i in range(1, 9):
        if not i < at:
            break
        state = np.tanh(state * x)
    case.outputs["out"] = state


@array_cases("loopContinue", even=dict(divisor=2.0), third=dict(divisor=3.0),
             all=dict(divisor=1.0))
def loop_continue(case, divisor):
    net = begin(case)
    x = case.input(case.normal(5))
    case.inputs["divisor"] = np.array([divisor])
    net.add("copy", ["x"], ["state"])
    body = count_up(net, 7)
    body.add("modBroadcastable", ["i", "divisor"], ["rest"])
    then, params = body.branch("rest")
    then.add("multiplyBroadcastable", ["x", "i"], ["part"])
    other = net.otherwise(params)
    other.add("loopContinue", [], [])
    body.add("addBroadcastable", ["state", "part"], ["more"])
    body.add("copy", ["more"], ["state"])
    net.add("copy", ["state"], ["out"])
    state = x
    for i in range(1, 8):
        if i % divisor == 0:
            continue
        state = state + x * i
    case.outputs["out"] = state


@array_cases("copy", vector=dict(shape=(7,)), images=dict(shape=(2, 3, 4, 5)),
             five=dict(shape=(2, 1, 3, 4, 5)))
def copy(case, shape):
    case.expect(case.input(case.normal(*shape)))


@array_cases("copy", overwritten=dict(shape=(3, 4)))
def overwritten(case, shape):
    net = begin(case)
    x = case.input(case.normal(*shape))
    net.add("tanh", ["x"], ["y"])
    net.add("addBroadcastable", ["x", "y"], ["first"])
    net.add("copy", ["first"], ["y"])
    net.add("addBroadcastable", ["x", "y"], ["out"])
    case.outputs["out"] = x + x + np.tanh(x)


@array_cases("whereNonZero", vector=dict(shape=(6,)), matrix=dict(shape=(3, 4)),
             volume=dict(shape=(2, 3, 4)), images=dict(shape=(1, 2, 3, 3)))
def where_non_zero(case, shape):
    net = begin(case)
    known = case.random.integers(0, 2, shape)
    known.flat[0] = 1
    net.constant("known", known)
    net.add("whereNonZero", ["known"], ["places"])
    places = np.argwhere(known)
    x = case.input(case.normal(*places.shape))
    net.add("addBroadcastable", ["places", "x"], ["out"])
    case.outputs["out"] = places + x
