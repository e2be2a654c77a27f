import math

import numpy as np
import pytest

from gradient_horizon import registries
from gradient_horizon.tasks.base import Task
from gradient_horizon.tasks.digits import HELD_OUT, Digits, PermutedDigits, images

GENERATED = ("recall", "adding")
DIGITS = ("digits", "digits-permuted")


def load(name: str) -> Task:
    return registries.load(registries.TASKS, "task", name)()


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def lengths(task: Task) -> tuple[int, ...]:
    return (task.fixed_length,) if task.fixed_length else (task.minimal_length, task.minimal_length + 1, 17, 40)


@pytest.mark.parametrize("name", registries.TASKS)
def test_batches_have_the_promised_types_sizes_and_targets(name):
    task = load(name)
    for length in lengths(task):
        for count in (1, 7):
            for sample in (task.sample, task.sample_evaluation):
                inputs, target = sample(length, count, generator=stream())
                assert inputs.dtype == np.float32
                assert inputs.shape == (length, task.inputs, count)
                assert np.isfinite(inputs).all()
                assert target.shape == (count,)
                if task.loss == "cross-entropy":
                    assert target.dtype == np.int64
                    assert 0 <= target.min() <= target.max() < task.outputs
                else:
                    assert target.dtype == np.float32
                    assert task.outputs == 1


@pytest.mark.parametrize("name", registries.TASKS)
def test_same_generator_gives_the_same_batch_and_goes_on_to_another(name):
    task = load(name)
    length = lengths(task)[-1]
    for sample in ("sample", "sample_evaluation"):
        first, second = stream(3), stream(3)
        one, two = (getattr(task, sample)(length, 50, generator=generator) for generator in (first, second))
        np.testing.assert_array_equal(one.inputs, two.inputs)
        np.testing.assert_array_equal(one.target, two.target)
        assert not np.array_equal(one.inputs, getattr(task, sample)(length, 50, generator=first).inputs)
        assert not np.array_equal(one.inputs, getattr(task, sample)(length, 50, generator=stream(4)).inputs)


@pytest.mark.parametrize("name", registries.TASKS)
def test_every_class_occurs_in_training(name):
    task = load(name)
    if task.loss == "cross-entropy":
        _, target = task.sample(lengths(task)[-1], 2000, generator=stream())
        assert set(target.tolist()) == set(range(task.outputs))


@pytest.mark.parametrize("name", registries.TASKS)
def test_first_baseline_has_not_solved_the_task(name):
    task = load(name)
    baseline = task.baselines(lengths(task)[-1])[0]
    assert not task.is_solved(baseline.loss, math.nan if baseline.accuracy is None else baseline.accuracy)


@pytest.mark.parametrize("name", registries.TASKS)
def test_perfect_answers_solve_the_task_and_answers_that_are_not_finite_do_not(name):
    task = load(name)
    assert task.is_solved(0.0, 1.0)
    assert not task.is_solved(math.nan, math.nan)
    assert not task.is_solved(math.inf, 0.0)


@pytest.mark.parametrize("name", ["recall", "digits", "digits-permuted"])
def test_classification_is_solved_from_95_percent(name):
    assert load(name).is_solved(9.0, 0.95)
    assert not load(name).is_solved(0.0, 0.9499)


def test_adding_is_solved_from_a_tenth_of_the_error_of_the_mean():
    assert load("adding").is_solved(1 / 60, math.nan)
    assert not load("adding").is_solved(1 / 59, math.nan)


@pytest.mark.parametrize("length", [2, 3, 4, 11, 20])
def test_recall_speaks_on_the_documented_channels_only(length):
    inputs, target = load("recall").sample(length, 200, generator=stream())
    first, gap, last = inputs[0], inputs[1:-1], inputs[-1]
    np.testing.assert_array_equal(first[:8], np.eye(8, dtype=np.float32)[:, target])
    assert (first[8:] == 0).all()
    assert (gap[:, :8] == 0).all()
    assert (gap[:, 8] != 0).all()
    assert (gap[:, 9] == 0).all()
    assert (last[:9] == 0).all()
    assert (last[9] == 1).all()


def test_recall_noise_is_standard_normal_and_tells_nothing_about_the_symbol():
    inputs, target = load("recall").sample(12, 20_000, generator=stream())
    noise = inputs[1:-1, 8]
    assert noise.mean() == pytest.approx(0, abs=5 / math.sqrt(noise.size))
    assert noise.var() == pytest.approx(1, abs=5 * math.sqrt(2 / noise.size))
    by_symbol = np.array([noise[:, target == symbol].mean() for symbol in range(8)])
    assert np.abs(by_symbol).max() < 5 / math.sqrt(noise.size / 8)


def test_recall_chance_is_what_a_guess_reaches():
    (baseline,) = load("recall").baselines(10)
    count = 200_000
    _, target = load("recall").sample(2, count, generator=stream())
    error = math.sqrt(1 / 8 * 7 / 8 / count)
    assert (stream(1).integers(8, size=count) == target).mean() == pytest.approx(baseline.accuracy, abs=5 * error)
    shares = np.bincount(target, minlength=8) / count
    np.testing.assert_allclose(shares, baseline.accuracy, atol=5 * error)
    assert -(shares * np.log(shares)).sum() == pytest.approx(baseline.loss, abs=1e-3)


@pytest.mark.parametrize("length", [2, 3, 4, 5, 10, 31])
def test_adding_marks_one_value_in_each_half_and_asks_for_their_sum(length):
    inputs, target = load("adding").sample(length, 500, generator=stream())
    values, marks = inputs[:, 0], inputs[:, 1]
    assert ((marks == 0) | (marks == 1)).all()
    assert 0 <= values.min() <= values.max() < 1
    assert (marks[: length // 2].sum(0) == 1).all()
    assert (marks[length // 2 :].sum(0) == 1).all()
    np.testing.assert_array_equal(target, (values * marks).sum(0))


@pytest.mark.parametrize("length", [6, 9])
def test_adding_marks_every_place_of_a_half_equally_often(length):
    count, half = 40_000, length // 2
    marks = load("adding").sample(length, count, generator=stream()).inputs[:, 1].mean(1)
    expected = np.r_[np.full(half, 1 / half), np.full(length - half, 1 / (length - half))]
    np.testing.assert_allclose(marks, expected, atol=5 * 0.5 / math.sqrt(count))


def test_adding_baselines_are_the_errors_of_the_mean_and_of_remembering_one_value():
    mean, one = load("adding").baselines(10)
    count = 400_000
    inputs, target = load("adding").sample(4, count, generator=stream())
    error_of_mean = np.square(target.astype(float) - 1)
    first = (inputs[:2, 0] * inputs[:2, 1]).sum(0)
    error_of_one = np.square(target.astype(float) - (first + 0.5))
    for errors, baseline in ((error_of_mean, mean), (error_of_one, one)):
        assert errors.mean() == pytest.approx(baseline.loss, abs=5 * errors.std() / math.sqrt(count))
    assert (mean.loss, one.loss) == (1 / 6, 1 / 12)


def held_out(task: Digits) -> tuple[np.ndarray, np.ndarray]:
    """All held-out images [pixel image] and labels: as many draws without replacement as there are."""
    inputs, target = task.sample_evaluation(64, HELD_OUT, generator=stream())
    return inputs[:, 0], target


@pytest.mark.parametrize("name", DIGITS)
def test_held_out_images_never_appear_in_training(name):
    task = load(name)
    kept = {image.tobytes() for image in held_out(task)[0].T}
    trained = {image.tobytes() for image in task.sample(64, 20_000, generator=stream()).inputs[:, 0].T}
    assert len(kept) == 360
    assert len(trained) == 1437
    assert kept.isdisjoint(trained)


def test_digits_are_those_of_scikit_learn_with_grey_levels_from_0_to_1():
    from sklearn.datasets import load_digits

    data, labels = load_digits(return_X_y=True)
    known = {(row / 16).astype(np.float32).tobytes(): label for row, label in zip(data, labels, strict=True)}
    inputs, target = Digits().sample(64, 300, generator=stream())
    assert [known[image.tobytes()] for image in inputs[:, 0].T] == target.tolist()
    assert (inputs.min(), inputs.max()) == (0, 1)


@pytest.mark.parametrize("sample", ["sample", "sample_evaluation"])
def test_permuted_digits_are_the_same_images_with_the_pixels_in_one_fixed_order(sample):
    plain, permuted = (getattr(task, sample)(64, 100, generator=stream()) for task in (Digits(), PermutedDigits()))
    order = PermutedDigits().order()
    assert sorted(order.tolist()) == list(range(64))
    np.testing.assert_array_equal(permuted.inputs, plain.inputs[order])
    np.testing.assert_array_equal(permuted.target, plain.target)
    assert not np.array_equal(permuted.inputs, plain.inputs)
    np.testing.assert_array_equal(order, PermutedDigits().order())
    neighbours = np.abs(np.diff(order)) == 1
    assert neighbours.sum() < 10


@pytest.mark.parametrize("name", DIGITS)
def test_digits_majority_baseline_is_that_of_the_commonest_training_label(name):
    from sklearn.datasets import load_digits

    task = load(name)
    baseline = task.baselines(64)[0]
    _, labels = held_out(task)
    training = np.bincount(load_digits().target, minlength=10) - np.bincount(labels, minlength=10)
    assert training.sum() == 1437
    assert baseline.accuracy == pytest.approx((labels == training.argmax()).mean())
    assert baseline.loss == pytest.approx(-np.log(training / 1437)[labels].mean())


def test_digits_logistic_baselines_see_the_last_row_read_or_everything():
    from sklearn.linear_model import LogisticRegression

    pixels, labels = images()
    kept, kept_labels = held_out(Digits())
    for task in (Digits(), PermutedDigits()):
        order = task.order()
        _, row, everything = task.baselines(64)
        model = LogisticRegression(max_iter=2000).fit(pixels[order[56:], HELD_OUT:].T.astype(float), labels[HELD_OUT:])
        assert row.accuracy == pytest.approx(model.score(kept[order[56:]].T.astype(float), kept_labels))
        assert 0.1 < row.accuracy < 0.8 < everything.accuracy
        assert everything.loss < row.loss < math.log(10)
    plain, permuted = (task.baselines(64)[2] for task in (Digits(), PermutedDigits()))
    assert plain.loss == pytest.approx(permuted.loss, rel=1e-3)
    assert plain.accuracy == pytest.approx(permuted.accuracy, abs=1 / HELD_OUT)
