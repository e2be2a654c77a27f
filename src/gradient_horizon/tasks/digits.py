"""Real handwritten digits, read pixel by pixel."""

import math
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from gradient_horizon.seeding import generator as stream
from gradient_horizon.tasks.base import Baseline, Batch, Task

PIXELS = 64
ROW = 8
HELD_OUT = 360


@cache
def images() -> tuple[Float[np.ndarray, "pixel image"], Int[np.ndarray, " image"]]:
    """The 1797 digits shipped with scikit-learn, pixels scaled to 0..1, in a fixed shuffled order."""
    from sklearn.datasets import load_digits

    data, labels = load_digits(return_X_y=True)
    order = stream(0, "digits", "split").permutation(len(labels))
    return (data[order].T / 16).astype(np.float32), labels[order]


class Digits(Task):
    """An 8 x 8 image of a handwritten digit, one pixel a step in reading order: which digit is it?

    Layout: channel 0 the grey level in 0..1. 1437 images are for training, drawn with replacement; evaluation is
    on the 360 held out. Data: Alpaydin & Kaynak (1998), as shipped with scikit-learn; the pixel-by-pixel reading
    follows Le, Jaitly & Hinton (2015) on MNIST. Baselines are computed on the same split: the majority class,
    logistic regression on the last row of pixels only, and on all pixels.
    """

    inputs = 1
    outputs = 10
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"
    minimal_length = PIXELS
    fixed_length = PIXELS

    def order(self) -> Int[np.ndarray, " pixel"]:
        """The order in which pixels are read."""
        return np.arange(PIXELS)

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` training images, drawn with replacement."""
        return self._batch(generator.integers(HELD_OUT, images()[1].size, size=count))

    def sample_evaluation(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` held-out images, drawn without replacement (with, if there are not enough)."""
        return self._batch(generator.choice(HELD_OUT, size=count, replace=count > HELD_OUT))

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """The majority class, logistic regression on the last row read, and on all pixels."""
        pixels = self.order()
        return (
            _majority_baseline(),
            _logistic_baseline("logistic regression on the last row read", tuple(pixels[-ROW:].tolist())),
            _logistic_baseline("logistic regression on all pixels", tuple(pixels.tolist())),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of held-out images named rightly."""
        return accuracy >= 0.95

    def _batch(self, index: Int[np.ndarray, " batch"]) -> Batch:
        pixels, labels = images()
        return Batch(pixels[self.order()][:, None, index], labels[index])


class PermutedDigits(Digits):
    """The same images with pixels read in one fixed random order, so that neighbouring pixels are far apart in time."""

    def order(self) -> Int[np.ndarray, " pixel"]:
        """A fixed random order, the same for every seed."""
        return stream(0, "digits", "pixel order").permutation(PIXELS)


@cache
def _majority_baseline() -> Baseline:
    _, labels = images()
    counts = np.bincount(labels[HELD_OUT:], minlength=10)
    shares = counts / counts.sum()
    held_out = labels[:HELD_OUT]
    return Baseline(
        "majority class", float(-np.log(shares[held_out]).mean()), float((held_out == counts.argmax()).mean())
    )


@cache
def _logistic_baseline(name: str, pixels: tuple[int, ...]) -> Baseline:
    from sklearn.linear_model import LogisticRegression

    data, labels = images()
    seen = data[list(pixels)].T.astype(np.float64)
    model = LogisticRegression(max_iter=2000).fit(seen[HELD_OUT:], labels[HELD_OUT:])
    right = model.predict_log_proba(seen[:HELD_OUT])[np.arange(HELD_OUT), labels[:HELD_OUT]]
    loss = float(-np.mean(right))
    accuracy = float(model.score(seen[:HELD_OUT], labels[:HELD_OUT]))
    if not math.isfinite(loss):
        raise ArithmeticError(f"{name}: the baseline's loss must be finite, got {loss}")
    return Baseline(name, loss, accuracy)
