#!/usr/bin/env python3
"""Trains the digit classifier of this folder and writes digits.mlmodel.

The data are the 1,797 digits of 8 x 8 pixels that come with scikit-learn (on
Debian: python3-sklearn-lib has them, python3-torch trains). A fifth of them is
held out; five of these become the test images beside the model.
"""
import argparse
import gzip
import pathlib
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "networks"))
from builder import Network  # noqa: E402

DATA = ("/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz")
SIZE = 28
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven",
         "eight", "nine"]


def read_digits(path):
    """Bytes of shape [n, 28, 28], white on black, and labels [n]."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",")
    small = np.round(rows[:, :-1] * 255 / 16).astype(np.uint8)
    images = [Image.fromarray(pixels).resize((SIZE, SIZE), Image.BICUBIC)
              for pixels in small.reshape(-1, 8, 8)]
    return np.stack([np.asarray(i) for i in images]), rows[:, -1].astype(int)


def split(labels, seed):
    """Indices for training and for the test, a fifth of every digit."""
    random = np.random.default_rng(seed)
    test = np.concatenate([
        random.permutation(np.flatnonzero(labels == digit))
        [:round(np.sum(labels == digit) / 5)] for digit in range(10)])
    return np.setdiff1d(np.arange(len(labels)), test), test


class Unit(nn.Sequential):
    """Convolution, ReLU and only then batch normalisation."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2), nn.ReLU(),
            nn.BatchNorm2d(outputs))


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Unit(1, 12, 3)
        self.narrow = Unit(12, 10, 1)
        self.wide = Unit(12, 18, 3)
        self.top = Unit(28, 24, 3)
        self.hidden = nn.Linear(24 * 16, 64)
        self.classes = nn.Linear(64, 10)

    def forward(self, x):
        x = functional.max_pool2d(self.stem(x), 2)
        x = torch.cat([self.narrow(x), self.wide(x)], 1)
        # Windows that reach over the edge, as includeLastPixel has them.
        x = functional.max_pool2d(self.top(x), 4, ceil_mode=True)
        x = functional.relu(self.hidden(x.flatten(1)))
        return self.classes(functional.dropout(x, 0.3, self.training))


def distort(images, generator):
    """Small random rotations, changes of size and shifts."""
    count = len(images)

    def between(low, high):
        return low + (high - low) * torch.rand(count, generator=generator)

    angle, size = between(-0.25, 0.25), between(0.85, 1.25)
    shear = between(-0.15, 0.15)
    matrix = torch.stack([
        torch.stack([size * angle.cos(), size * (shear - angle.sin()),
                     between(-0.2, 0.2)], 1),
        torch.stack([size * angle.sin(), size * angle.cos(),
                     between(-0.2, 0.2)], 1)], 1)
    grid = functional.affine_grid(matrix, images.shape, align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


def train(images, labels, epochs, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Digits()
    steps = epochs * (len(images) // 64)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, steps)
    for step in range(steps):
        batch = torch.randint(len(images), (64,), generator=generator)
        optimizer.zero_grad()
        loss = functional.cross_entropy(
            model(distort(images[batch], generator)), labels[batch],
            label_smoothing=0.05)
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 500 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.4f}")
    return model.eval()


def export(model, path, accuracy):
    """Writes the graph with the trained weights as a Core ML model."""
    def arrays(*tensors):
        return tuple(t.detach().numpy() for t in tensors)

    net = Network("neuralNetworkClassifier")

    def unit(x, trained, name):
        conv, _, norm = trained
        x = net.conv(x, conv.out_channels, conv.kernel_size, conv.stride,
                     conv.padding[0], name=name,
                     weights=arrays(conv.weight, conv.bias))
        x = net.relu(x, name=name + "_relu")
        return net.batchnorm(x, epsilon=norm.eps, name=name + "_norm",
                             values=arrays(norm.weight, norm.bias,
                                           norm.running_mean,
                                           norm.running_var))

    def dense(x, trained, name):
        return net.inner_product(x, trained.out_features, name=name,
                                 weights=arrays(trained.weight, trained.bias))

    x = net.image("image", SIZE, "GRAYSCALE", 1 / 255, 0)
    x = net.max_pool(unit(x, model.stem, "stem"), 2, 2, name="stem_pool")
    x = net.concat(unit(x, model.narrow, "narrow"),
                   unit(x, model.wide, "wide"), name="branches")
    x = net.max_pool(unit(x, model.top, "top"), 4, 4, ("last", 0),
                     name="top_pool")
    x = net.flatten(x, name="flatten")
    x = net.relu(dense(x, model.hidden, "hidden"), name="hidden_relu")
    x = net.softmax(dense(x, model.classes, "classes"), name="softmax",
                    output="probabilities")
    net.classes(x, [str(digit) for digit in range(10)], "digit")
    net.model.description.input[0].shortDescription = (
        "A digit, white on black, that fills the image")
    texts = ("Probability of each digit", "The most likely digit")
    for output, text in zip(net.model.description.output, texts):
        output.shortDescription = text
    net.describe(
        f"Reads one handwritten digit; {accuracy:.1%} right on held-out data",
        "The mlc project", "Apache-2.0 WITH LLVM-exception; data CC BY 4.0",
        "1.0")
    net.save(path)


def save_samples(images, labels, guesses, digits):
    """Writes one held-out image, recognised with confidence, for each."""
    for digit in digits:
        own = np.where(labels == digit, guesses[:, digit], 0)
        # The median of the well recognised: typical, not the easiest one.
        chosen = np.argsort(own)[-max(1, int(np.sum(labels == digit)) // 2)]
        Image.fromarray(images[chosen]).save(HERE / f"{NAMES[digit]}.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=DATA)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", default=HERE / "digits.mlmodel")
    options = parser.parse_args()

    images, labels = read_digits(options.data)
    training, test = split(labels, options.seed)
    tensor = torch.from_numpy(images)[:, None].float() / 255
    model = train(tensor[training], torch.from_numpy(labels)[training],
                  options.epochs, options.seed)
    with torch.no_grad():
        guesses = model(tensor[test]).softmax(1).numpy()
    accuracy = np.mean(guesses.argmax(1) == labels[test])
    print(f"{accuracy:.2%} of {len(test)} held-out digits are right")
    export(model, options.o, accuracy)
    save_samples(images[test], labels[test], guesses, [0, 2, 3, 5, 7])


if __name__ == "__main__":
    main()
