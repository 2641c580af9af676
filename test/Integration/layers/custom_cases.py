"""Cases of custom layers, with the classes that examples/custom-layers describes.

Other shapes, ranks, parameters, weights and outputs, and elementwise layers around
them. numpy says what the classes mean.
"""
import numpy as np

from case import cases, pb


def between(case):
    """Puts a linear layer in front of the layer and a ReLU behind it."""
    front = pb.NeuralNetworkLayer(name=f"{case.name}-front")
    front.input.append(case.layer.input[0])
    front.output.append("front")
    front.activation.linear.alpha, front.activation.linear.beta = 2, 1
    case.layer.input[0] = "front"
    back = pb.NeuralNetworkLayer(name=f"{case.name}-back")
    back.input.append("custom")
    back.output.append(case.layer.output[0])
    back.activation.ReLU.SetInParent()
    case.layer.output[0] = "custom"
    case.layers[:] = [front, case.layer, back]


def begin(case, shape, name):
    case.exact, case.version = len(shape) != 3, 4 if len(shape) != 3 else 1
    case.params.className = name
    return case.input(case.normal(*shape))


@cases("custom", crop=dict(shape=(3, 8, 9), margin=2),
       crop_by_default=dict(shape=(5, 6, 6)),
       crop_nothing=dict(shape=(2, 3, 7, 5), margin=0),
       crop_five=dict(shape=(3, 2, 4, 6, 7), margin=2),
       crop_matrix=dict(shape=(6, 9), margin=1))
def crop(case, shape, margin=None):
    x = begin(case, shape, "ResCropBlockLambda")
    if margin is not None:
        case.params.parameters["margin"].intValue = margin
    margin = 2 if margin is None else margin
    inner = (Ellipsis, *[slice(margin, size - margin) for size in shape[-2:]])
    case.expect(np.maximum(2 * x + 1, 0)[inner])
    between(case)


@cases("custom", rescale=dict(shape=(3, 4, 5)), rescale_vector=dict(shape=(7,)))
def rescale(case, shape):
    x = begin(case, shape, "RescaleOutputLambda")
    case.expect((x + 1) * 127.5)


@cases("custom", blend=dict(shape=(2, 4, 5), sharpness=1.0, squared=False,
                            edge="zero", shift=0),
       blend_squared=dict(shape=(3, 5, 6), sharpness=0.5, squared=True,
                          edge="clamp", shift=2),
       blend_images=dict(shape=(2, 4, 3, 5), sharpness=-1.5, squared=False,
                         edge="zero", shift=3))
def blend(case, shape, sharpness, squared, edge, shift):
    x = begin(case, shape, "Blend")
    y = case.input(case.normal(*shape))
    amount = case.weights(case.params.weights.add(),
                          case.uniform(0, 1, shape[-3]))
    parameters = case.params.parameters
    parameters["sharpness"].doubleValue = sharpness
    parameters["squared"].boolValue = squared
    parameters["edge"].stringValue = edge
    parameters["shift"].longValue = shift
    front = 2 * x + 1
    moved = np.zeros_like(y)
    for w in range(shape[-1]):
        at = min(w + shift, shape[-1] - 1) if edge == "clamp" else w + shift
        if at < shape[-1]:
            moved[..., w] = y[..., at]
    value = (front + (moved - front) * amount[:, None, None]) * sharpness
    case.expect(np.maximum(value * value if squared else value, 0))
    case.expect(front[..., :1, :max(shape[-1] - shift, 1)])
    between(case)
