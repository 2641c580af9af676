"""Estimates of the mean and variance of a blob's values.

Networks with random weights are only useful for comparing numbers if their
values neither vanish nor explode. These rules of thumb follow the values from
layer to layer, so that each random weight can be scaled without running
anything.
"""
import math
from typing import NamedTuple


class Moments(NamedTuple):
    mean: float
    variance: float

    @property
    def second(self):
        return self.mean ** 2 + self.variance

    def affine(self, scale, shift):
        return Moments(self.mean * scale + shift, self.variance * scale ** 2)


def uniform(low, high):
    return Moments((low + high) / 2, (high - low) ** 2 / 12)


def rectified(x, leak=0.0):
    """Of max(v, leak * v) for normally distributed v."""
    deviation = math.sqrt(x.variance)
    z = x.mean / deviation
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    above = (1 + math.erf(z / math.sqrt(2))) / 2
    first = x.mean * above + deviation * density
    second = x.second * above + x.mean * deviation * density
    first_below, second_below = x.mean - first, x.second - second
    mean = first + leak * first_below
    return Moments(mean, second + leak ** 2 * second_below - mean ** 2)


def added(parts):
    return Moments(sum(p.mean for p in parts), sum(p.variance for p in parts))


def mixed(parts, counts):
    """Of values that come from several blobs, as in a concatenation."""
    total = sum(counts)
    mean = sum(p.mean * n for p, n in zip(parts, counts)) / total
    second = sum(p.second * n for p, n in zip(parts, counts)) / total
    return Moments(mean, second - mean ** 2)


def largest(x):
    """Of the greatest of a few neighbours, which are much alike."""
    return Moments(x.mean + 0.8 * math.sqrt(x.variance), 0.8 * x.variance)


def averaged(x, count):
    """Of the mean of neighbours, which are alike but not the same."""
    return Moments(x.mean, x.variance * (0.3 + 0.7 / count))
