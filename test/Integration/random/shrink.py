"""Makes a network that fails smaller, as long as it fails."""
import time

from network import subnetworks


def copy_of(model):
    smaller = type(model)()
    smaller.CopyFrom(model)
    return smaller


def clean(model):
    """Drops inputs that nothing reads and outputs that nothing writes; whether
    something is left."""
    read, written = set(), set()

    def visit(layers):
        for layer in layers:
            read.update(layer.input)
            written.update(layer.output)
            for inner in subnetworks(layer):
                visit(inner.layers)
    visit(model.neuralNetwork.layers)
    description = model.description
    for index in reversed(range(len(description.output))):
        if description.output[index].name not in written:
            del description.output[index]
    for index in reversed(range(len(description.input))):
        name = description.input[index].name
        if name not in read and len(description.input) > 1:
            del description.input[index]
            scalers = model.neuralNetwork.preprocessing
            for i in reversed(range(len(scalers))):
                if scalers[i].featureName == name:
                    del scalers[i]
    return len(description.output) > 0


def needed_only(model):
    """Without the layers whose results nothing needs."""
    smaller = copy_of(model)
    layers = smaller.neuralNetwork.layers
    while True:
        read = {feature.name for feature in smaller.description.output}

        def visit(inner):
            for layer in inner:
                read.update(layer.input)
                for network in subnetworks(layer):
                    visit(network.layers)
        visit(layers)
        # What is written twice is a state of a loop or a branch.
        unread = [i for i, layer in enumerate(layers) if layer.output
                  and not subnetworks(layer)
                  and not read.intersection(layer.output)]
        if not unread:
            return smaller
        for index in reversed(unread):
            del layers[index]


def candidates(model):
    """Smaller models, the boldest first."""
    outputs = model.description.output
    for keep in range(len(outputs)):
        if len(outputs) > 1:  # one output alone
            smaller = copy_of(model)
            kept = copy_of(outputs[keep])
            del smaller.description.output[:]
            smaller.description.output.add().CopyFrom(kept)
            yield needed_only(smaller)
    for index in range(len(outputs)):
        if len(outputs) > 1:
            smaller = copy_of(model)
            del smaller.description.output[index]
            yield needed_only(smaller)
    layers = model.neuralNetwork.layers
    for index in reversed(range(len(layers))):
        layer = layers[index]
        # What the layer gives is an output or an input of the model instead.
        if layer.input and layer.output:
            smaller = copy_of(model)
            del smaller.neuralNetwork.layers[index]
            for later in smaller.neuralNetwork.layers[index:]:
                replace(later, layer.output[0], layer.input[0])
            for feature in smaller.description.output:
                if feature.name == layer.output[0]:
                    feature.name = layer.input[0]
            yield smaller
        if index + 1 < len(layers) and layer.output:
            smaller = copy_of(model)
            del smaller.neuralNetwork.layers[index + 1:]
            del smaller.description.output[:]
            smaller.description.output.add(
                name=layer.output[0]).type.multiArrayType.SetInParent()
            yield needed_only(smaller)
        for inner_index in range(len(subnetworks(layer))):
            for i in range(len(subnetworks(layer)[inner_index].layers)):
                smaller = copy_of(model)
                network = subnetworks(
                    smaller.neuralNetwork.layers[index])[inner_index]
                del network.layers[i]
                yield smaller


def replace(layer, old, new):
    layer.input[:] = [new if name == old else name for name in layer.input]
    for inner in subnetworks(layer):
        for each in inner.layers:
            replace(each, old, new)


def shrink(model, fails, seconds):
    """The smallest model found that `fails` says something about, and what it
    says. A model that is not valid must not fail."""
    end = time.time() + seconds
    best, said, found = model, None, True
    while found and time.time() < end:
        found = False
        for smaller in candidates(best):
            if time.time() > end:
                break
            if not clean(smaller):
                continue
            what = fails(smaller)
            if what:
                best, said, found = smaller, what, True
                break
    return best, said
