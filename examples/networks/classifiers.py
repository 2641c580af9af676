"""Classifiers of ImageNet that are chains: VGG, MobileNet, SqueezeNet, ResNet
and DenseNet, each as the converters of their time wrote them."""
from builder import Network
from inception import LABELS

CAFFE_MEAN = (-123.68, -116.78, -103.94)


def vgg_16(seed, half):
    """Simonyan and Zisserman, configuration D, from Caffe."""
    net = Network("neuralNetworkClassifier", seed, half)
    x = net.image("image", 224, "BGR", bias=CAFFE_MEAN)
    for count, channels in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            x = net.relu(net.conv(x, channels, 3, 1, 1))
        x = net.max_pool(x, 2, 2, ("last", 0))
    x = net.flatten(x)
    for _ in range(2):
        x = net.relu(net.inner_product(x, 4096))
    x = net.softmax(net.inner_product(x, 1000, gain=2), output="prob")
    net.classes(x, LABELS)
    return net


def relu6(net, x):
    """min(relu(x), 6) as the Keras converter wrote it: the format had a max
    with a constant but no min, so the value is negated on both sides."""
    x = net.activation(net.relu(x), "linear", alpha=-1.0, beta=0.0)
    x = net.threshold(x, -6.0)
    return net.activation(x, "linear", alpha=-1.0, beta=0.0)


def mobile_unit(net, x, channels, kernel=1, stride=1):
    x = net.conv(x, channels, kernel, stride, bias=False)
    return relu6(net, net.batchnorm(x))


def mobile_depthwise(net, x, stride):
    return relu6(net, net.batchnorm(net.depthwise(x, 3, stride, bias=False)))


def mobilenet_v1(seed, half):
    """Howard et al., width 1, from Keras, whose last layer is a convolution."""
    net = Network("neuralNetworkClassifier", seed, half)
    x = net.image("image", 224, "RGB", 2 / 255, (-1, -1, -1))
    x = mobile_unit(net, x, 32, 3, 2)
    for channels, stride in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1),
                             (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)):
        x = mobile_unit(net, mobile_depthwise(net, x, stride), channels)
    x = net.conv(net.global_average_pool(x), 1000, 1)
    net.classes(net.softmax(net.flatten(x), output="prob"), LABELS)
    return net


def mobilenet_v2(seed, half):
    """Sandler et al., width 1: inverted residuals with linear bottlenecks."""
    net = Network("neuralNetworkClassifier", seed, half)
    x = net.image("image", 224, "RGB", 2 / 255, (-1, -1, -1))
    x = mobile_unit(net, x, 32, 3, 2)
    for expand, channels, count, first_stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
            (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(count):
            y, stride = x, first_stride if i == 0 else 1
            if expand > 1:
                y = mobile_unit(net, y, x.channels * expand)
            y = mobile_depthwise(net, y, stride)
            y = net.batchnorm(net.conv(y, channels, 1, bias=False))
            x = net.add(x, y) if i else y
    x = net.global_average_pool(mobile_unit(net, x, 1280))
    x = net.inner_product(net.flatten(x), 1000, gain=2)
    net.classes(net.softmax(x, output="prob"), LABELS)
    return net


def squeezenet_1_1(seed, half):
    """Iandola et al., version 1.1 of the authors' Caffe files."""
    net = Network("neuralNetworkClassifier", seed, half)

    def unit(x, channels, kernel, stride=1, padding=0, **options):
        return net.relu(net.conv(x, channels, kernel, stride, padding,
                                 **options))

    def fire(x, squeeze, expand):
        x = unit(x, squeeze, 1)
        return net.concat(unit(x, expand, 1), unit(x, expand, 3, padding=1))

    x = net.image("image", 227, "BGR", bias=(-123, -117, -104))
    x = net.max_pool(unit(x, 64, 3, 2), 3, 2, ("last", 0))
    x = fire(fire(x, 16, 64), 16, 64)
    x = net.max_pool(x, 3, 2, ("last", 0))
    x = fire(fire(x, 32, 128), 32, 128)
    x = net.max_pool(x, 3, 2, ("last", 0))
    for squeeze, expand in ((48, 192), (48, 192), (64, 256), (64, 256)):
        x = fire(x, squeeze, expand)
    # ReLU before the pooling: the scores differ more if the maps do.
    x = net.global_average_pool(unit(x, 1000, 1, gain=8))
    net.classes(net.softmax(x, output="prob"), LABELS)
    return net


def resnet_50(seed, half):
    """He et al., from Caffe: batch norm and scale are layers of their own, and
    the stride is in the first convolution of a block.

    The last two stages have the two as one layer, which is what converters
    make of them if they can.
    """
    net = Network("neuralNetworkClassifier", seed, half)

    def unit(x, channels, kernel, stride=1, gain=1.0, split=True):
        x = net.conv(x, channels, kernel, stride, kernel // 2, bias=False)
        if not split:
            return net.batchnorm(x, epsilon=1e-5, gain=gain)
        ones = 1.0 + 0 * net.uniform(0, 1, channels)
        _, _, mean, variance = net.random_batchnorm(x, 1)
        x = net.batchnorm(x, epsilon=1e-5,
                          values=(ones, 0 * ones, mean, variance))
        return net.scale(x, gain * net.random_gamma(channels),
                         0.1 * net.normal(channels), gain=gain)

    x = net.image("image", 224, "BGR", bias=CAFFE_MEAN)
    x = net.relu(unit(x, 64, 7, 2))
    x = net.max_pool(x, 3, 2, ("last", 0))
    for stage, count in enumerate((3, 4, 6, 3)):
        width, split = 64 << stage, stage < 2
        for block in range(count):
            stride = 2 if block == 0 and stage > 0 else 1
            short = x
            if block == 0:
                short = unit(x, 4 * width, 1, stride, split=split)
            y = net.relu(unit(x, width, 1, stride, split=split))
            y = net.relu(unit(y, width, 3, split=split))
            y = unit(y, 4 * width, 1, gain=0.5, split=split)
            x = net.relu(net.add(short, y))
    x = net.average_pool(x, 7, 1, ("last", 0))
    x = net.inner_product(x, 1000, gain=2)
    net.classes(net.softmax(x, output="prob"), LABELS)
    return net


def densenet_121(seed, half):
    """Huang et al., from Keras: batch norm and ReLU come before a convolution,
    and padding is a layer of its own."""
    net = Network("neuralNetworkClassifier", seed, half)

    def norm_relu(x):
        return net.relu(net.batchnorm(x, epsilon=1.001e-5))

    x = net.image("image", 224, "RGB", 1 / 57, (-2.1, -2.0, -1.8))
    x = net.conv(net.pad(x, 3), 64, 7, 2, 0, bias=False)
    x = net.max_pool(net.pad(norm_relu(x), 1), 3, 2)
    for block, count in enumerate((6, 12, 24, 16)):
        if block:
            x = net.conv(norm_relu(x), x.channels // 2, 1, bias=False)
            x = net.average_pool(x, 2, 2)
        for _ in range(count):
            y = net.conv(norm_relu(x), 128, 1, bias=False)
            y = net.conv(norm_relu(y), 32, 3, bias=False)
            x = net.concat(x, y)
    x = net.global_average_pool(norm_relu(x))
    x = net.inner_product(net.flatten(x), 1000, gain=2)
    net.classes(net.softmax(x, output="prob"), LABELS)
    return net
