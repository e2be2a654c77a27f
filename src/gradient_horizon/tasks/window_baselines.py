"""Trivial and linear predictors of what follows a window: fitted to training windows, judged on held-out ones."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Num

from gradient_horizon.tasks.base import Baseline

MEAN, LAST = "predict the mean", "repeat the last value"
REGRESSION = "linear regression on the window"
MAJORITY, DISCRIMINANT = "majority class", "linear discriminant on the window"

NEAR, LEAST, CLEAR = 1.1, 0.01, 0.9
"""A task is solved near the best baseline, no lower than the least, and clearly below the first one."""


class Windows(NamedTuple):
    """Windows of one part, flat, and their answers: standardised numbers, or classes."""

    inputs: Float[np.ndarray, "window entry"]
    answers: Num[np.ndarray, " window"]


class Limit(NamedTuple):
    """The largest loss, or share of wrong answers, with which a task is solved, and where it comes from."""

    value: float
    reason: str


def regression_baselines(
    training: Windows, held_out: Windows, last: Float[np.ndarray, " window"] | None
) -> tuple[Baseline, ...]:
    """Mean squared errors: of the training mean, of the last value (None: it is not shown), of linear regression.

    The regression is ordinary least squares with an intercept, of least norm where there are fewer windows than
    coefficients.
    """
    answers = held_out.answers.astype(np.float64)
    found = [Baseline(MEAN, _squared(answers - training.answers.mean(dtype=np.float64)))]
    if last is not None:
        found.append(Baseline(LAST, _squared(answers - last)))
    solution = np.linalg.lstsq(_with_one(training.inputs), training.answers.astype(np.float64), rcond=None)[0]
    found.append(Baseline(REGRESSION, _squared(answers - _with_one(held_out.inputs) @ solution)))
    return tuple(found)


def class_baselines(training: Windows, held_out: Windows, classes: int) -> tuple[Baseline, ...]:
    """Cross-entropy (nats) and accuracy: of the shares of classes in training, and of linear discriminant analysis.

    The discriminant has the shares as prior, and normal classes with one covariance, that of most likelihood;
    directions in which no training window varies within its class count for nothing.
    """
    shares = np.bincount(training.answers, minlength=classes) / len(training.answers)
    right = held_out.answers
    with np.errstate(divide="ignore"):
        logarithms = np.log(shares)
    first = Baseline(MAJORITY, float(-logarithms[right].mean()), float((right == shares.argmax()).mean()))
    scores = _discriminant(training, shares, logarithms)(held_out.inputs)
    scores -= scores.max(1, keepdims=True)
    losses = np.log(np.exp(scores).sum(1)) - scores[np.arange(len(right)), right]
    accuracy = float((scores.argmax(1) == right).mean())
    return first, Baseline(DISCRIMINANT, float(losses.mean()), accuracy)


class _Scores(NamedTuple):
    """Linear scores of the classes: their log posteriors up to a number that all share."""

    weight: Float[np.ndarray, "entry class"]
    bias: Float[np.ndarray, " class"]

    def __call__(self, inputs: Float[np.ndarray, "window entry"]) -> Float[np.ndarray, "window class"]:
        scores: np.ndarray = inputs.astype(np.float64) @ self.weight + self.bias
        return scores


def _discriminant(
    training: Windows, shares: Float[np.ndarray, " class"], logarithms: Float[np.ndarray, " class"]
) -> _Scores:
    inputs = training.inputs.astype(np.float64)
    means = np.zeros((len(shares), inputs.shape[1]))
    for each in np.flatnonzero(shares):
        means[each] = inputs[training.answers == each].mean(0)
    within = inputs - means[training.answers]
    covariance = within.T @ within / len(inputs)
    weight = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True) @ means.T
    return _Scores(weight, logarithms - (means.T * weight).sum(0) / 2)


def limit_of(trivial: tuple[str, float], best: tuple[str, float]) -> Limit:
    """From the name and error of the trivial and the best baseline: 1.1 times the best, in 0.01 to 0.9 of the trivial.

    The best one may have the larger error, where it is fitted to other windows.
    """
    (first, error), (name, least) = trivial, best
    if NEAR * least < LEAST * error:
        return Limit(LEAST * error, f"{LEAST} times the error of {first}; the best baseline, {name}, has less")
    if NEAR * least > CLEAR * error:
        return Limit(CLEAR * error, f"{CLEAR} times the error of {first}, which no baseline beats by more")
    return Limit(NEAR * least, f"{NEAR} times the error of {name}, the best baseline")


def _squared(errors: Float[np.ndarray, " window"]) -> float:
    return float(np.mean(errors**2))


def _with_one(inputs: Float[np.ndarray, "window entry"]) -> Float[np.ndarray, "window coefficient"]:
    return np.concatenate([inputs.astype(np.float64), np.ones((len(inputs), 1))], axis=1)
