"""GoogLeNet and Inception-v3, the networks of many concatenations."""
from builder import Network

LABELS = [f"label {i}" for i in range(1000)]


def googlenet(seed, half):
    """Szegedy et al., "Going Deeper with Convolutions", as Caffe has it."""
    net = Network("neuralNetworkClassifier", seed, half)

    def unit(x, channels, kernel, stride=1, padding=0):
        return net.relu(net.conv(x, channels, kernel, stride, padding))

    def inception(x, one, reduce3, three, reduce5, five, pool):
        return net.concat(
            unit(x, one, 1),
            unit(unit(x, reduce3, 1), three, 3, padding=1),
            unit(unit(x, reduce5, 1), five, 5, padding=2),
            unit(net.max_pool(x, 3, 1, ("last", 1)), pool, 1))

    x = net.image("image", 224, "BGR", bias=(-123, -117, -104))
    x = unit(x, 64, 7, 2, 3)
    x = net.lrn(net.max_pool(x, 3, 2, ("last", 0)), 1e-4, 0.75, 5)
    x = unit(unit(x, 64, 1), 192, 3, padding=1)
    x = net.max_pool(net.lrn(x, 1e-4, 0.75, 5), 3, 2, ("last", 0))
    x = inception(x, 64, 96, 128, 16, 32, 32)
    x = inception(x, 128, 128, 192, 32, 96, 64)
    x = net.max_pool(x, 3, 2, ("last", 0))
    x = inception(x, 192, 96, 208, 16, 48, 64)
    x = inception(x, 160, 112, 224, 24, 64, 64)
    x = inception(x, 128, 128, 256, 24, 64, 64)
    x = inception(x, 112, 144, 288, 32, 64, 64)
    x = inception(x, 256, 160, 320, 32, 128, 128)
    x = net.max_pool(x, 3, 2, ("last", 0))
    x = inception(x, 256, 160, 320, 32, 128, 128)
    x = inception(x, 384, 192, 384, 48, 128, 128)
    x = net.average_pool(x, 7, 1, ("last", 0))
    x = net.inner_product(net.flatten(x), 1000, gain=2)
    net.classes(net.softmax(x, output="prob"), LABELS)
    return net


class InceptionV3:
    """Szegedy et al., "Rethinking the Inception Architecture", 94 units."""

    def __init__(self, seed, half, relu_first):
        self.net = Network("neuralNetworkClassifier", seed, half)
        self.relu_first = relu_first

    def unit(self, x, channels, kernel, stride=1, padding="same"):
        """Convolution, batch norm and ReLU, or with ReLU before batch norm.

        The second is what Keras 1 made of its own source, and hence what the
        file of 2017 has; it also gave each convolution a bias.
        """
        net = self.net
        if self.relu_first:
            x = net.relu(net.conv(x, channels, kernel, stride, padding))
            return net.batchnorm(x)
        x = net.conv(x, channels, kernel, stride, padding, bias=False)
        return net.relu(net.batchnorm(x))

    def chain(self, x, *units):
        for channels, kernel in units:
            x = self.unit(x, channels, kernel)
        return x

    def pooled(self, x, channels):
        x = self.net.average_pool(x, 3, 1, "same", exclude=True)
        return self.unit(x, channels, 1)

    def block35(self, x, pool):
        return self.net.concat(
            self.unit(x, 64, 1),
            self.chain(x, (48, 1), (64, 5)),
            self.chain(x, (64, 1), (96, 3), (96, 3)),
            self.pooled(x, pool))

    def reduce35(self, x):
        return self.net.concat(
            self.unit(x, 384, 3, 2, 0),
            self.unit(self.chain(x, (64, 1), (96, 3)), 96, 3, 2, 0),
            self.net.max_pool(x, 3, 2))

    def block17(self, x, width):
        row, column = (1, 7), (7, 1)
        return self.net.concat(
            self.unit(x, 192, 1),
            self.chain(x, (width, 1), (width, row), (192, column)),
            self.chain(x, (width, 1), (width, column), (width, row),
                       (width, column), (192, row)),
            self.pooled(x, 192))

    def reduce17(self, x):
        return self.net.concat(
            self.unit(self.chain(x, (192, 1)), 320, 3, 2, 0),
            self.unit(self.chain(x, (192, 1), (192, (1, 7)), (192, (7, 1))),
                      192, 3, 2, 0),
            self.net.max_pool(x, 3, 2))

    def block8(self, x):
        def both(x):
            return self.net.concat(self.unit(x, 384, (1, 3)),
                                   self.unit(x, 384, (3, 1)))
        return self.net.concat(
            self.unit(x, 320, 1),
            both(self.chain(x, (384, 1))),
            both(self.chain(x, (448, 1), (384, 3))),
            self.pooled(x, 192))

    def build(self):
        net = self.net
        x = net.image("image", 299, "RGB", 2 / 255, (-1, -1, -1))
        x = self.unit(x, 32, 3, 2, 0)
        x = self.unit(x, 32, 3, 1, 0)
        x = self.unit(x, 64, 3)
        x = net.max_pool(x, 3, 2)
        x = self.unit(x, 80, 1, 1, 0)
        x = self.unit(x, 192, 3, 1, 0)
        x = net.max_pool(x, 3, 2)
        for pool in (32, 64, 64):
            x = self.block35(x, pool)
        x = self.reduce35(x)
        for width in (128, 160, 160, 192):
            x = self.block17(x, width)
        x = self.reduce17(x)
        for _ in range(2):
            x = self.block8(x)
        x = net.global_average_pool(x)
        # Values grow more than estimated, the more so with ReLU first; without
        # this one label takes all, and half precision moves its share.
        gain = 0.1 if self.relu_first else 1.0
        x = net.inner_product(net.flatten(x), 1000, gain=gain)
        net.classes(net.softmax(x, output="classLabelProbs_blob"), LABELS)
        return net


def inception_v3(seed, half):
    return InceptionV3(seed, half, relu_first=False).build()


def inception_v3_2017(seed, half):
    return InceptionV3(seed, half, relu_first=True).build()
