"""Networks whose result is a map or an image: detection, segmentation, style."""
from builder import Network


def tiny_yolo_v2(seed, half):
    """Redmon and Farhadi, for the 20 classes of VOC: 5 boxes a cell."""
    net = Network("neuralNetwork", seed, half)
    x = net.image("image", 416, "RGB", 1 / 255)
    for i, channels in enumerate((16, 32, 64, 128, 256, 512, 1024, 1024)):
        x = net.batchnorm(net.conv(x, channels, 3, bias=False))
        x = net.leaky_relu(x, 0.1)
        if i < 5:
            x = net.max_pool(x, 2, 2)
        elif i == 5:
            x = net.max_pool(x, 2, 1, "same")
    x = net.conv(x, 125, 1, output="grid")
    net.output_array(x)
    return net


def unet(seed, half):
    """Ronneberger et al., with padding, half as wide, for 256 x 256."""
    net = Network("neuralNetwork", seed, half)

    def double(x, channels):
        for _ in range(2):
            x = net.relu(net.conv(x, channels, 3))
        return x

    x = net.image("image", 256, "RGB", 1 / 255)
    skips = []
    for channels in (32, 64, 128, 256):
        skips.append(double(x, channels))
        x = net.max_pool(skips[-1], 2, 2)
    x = double(x, 512)
    for skip in reversed(skips):
        x = net.deconv(x, skip.channels, 2, 2)
        x = double(net.concat(skip, x), skip.channels)
    x = net.activation(net.conv(x, 1, 1, gain=0.5), "sigmoid", output="mask")
    net.output_array(x)
    return net


def style_transfer(seed, half):
    """Johnson et al., with instance norm, reflection, and an upsampling that
    is followed by a convolution."""
    net = Network("neuralNetwork", seed, half)

    def unit(x, channels, kernel, stride=1, gain=1.0):
        x = net.pad(x, kernel // 2, "reflection")
        x = net.conv(x, channels, kernel, stride, 0)
        return net.batchnorm(x, epsilon=1e-5, gain=gain, instance=True)

    x = net.image("image", 256, "RGB", 1 / 255)
    for channels, kernel, stride in ((32, 9, 1), (64, 3, 2), (128, 3, 2)):
        x = net.relu(unit(x, channels, kernel, stride))
    for _ in range(5):
        y = net.relu(unit(x, 128, 3))
        x = net.add(unit(y, 128, 3, gain=0.5), x)
    for channels in (64, 32):
        x = net.relu(unit(net.upsample(x, 2), channels, 3))
    x = net.activation(unit(x, 3, 9, gain=0.3), "tanh")
    x = net.scale(x, [127.5] * 3, [127.5] * 3, output="stylized")
    net.output_image(x)
    return net
