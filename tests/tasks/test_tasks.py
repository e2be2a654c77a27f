import math

import numpy as np
import pytest

from gradient_horizon import registries
from gradient_horizon.tasks import copying, reset, selective_recall
from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.digits import HELD_OUT, Digits, PermutedDigits, images

DIGITS = ("digits", "digits-permuted")
STREAMS = ("selective-recall", "reset")
TRACKING = ("parity", "s3", "parity-throughout", "s3-throughout")
CLASSIFICATION = (
    *("recall", "recall-throughout", "temporal-order", *STREAMS, "copying", *DIGITS),
    *(*TRACKING, "associative-recall"),
)


def load(name: str) -> Task:
    return registries.load(registries.TASKS, "task", name)()


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def lengths(task: Task) -> tuple[int, ...]:
    return (task.fixed_length,) if task.fixed_length else tuple(task.minimal_length + more for more in (0, 1, 15, 38))


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
                answers = task.answers(Batch(inputs, target))
                assert answers.shape == (length - task.unasked_steps if task.every_step else 1, count)
                assert answers.dtype == target.dtype
                np.testing.assert_array_equal(answers[-1], target)
                assert (task.recalled_steps or 0) <= len(answers)
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
        batch = task.sample(lengths(task)[-1], 2000, generator=stream())
        assert set(task.answers(batch).ravel().tolist()) == set(range(task.outputs))


@pytest.mark.slow
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


@pytest.mark.parametrize("name", CLASSIFICATION)
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


@pytest.mark.parametrize("name", ["recall", "temporal-order", *STREAMS, *TRACKING, "associative-recall"])
def test_targets_are_balanced(name):
    task, count = load(name), 80_000
    for length in lengths(task)[::3]:
        _, target = task.sample(length, count, generator=stream())
        share = 1 / task.outputs
        shares = np.bincount(target, minlength=task.outputs) / count
        np.testing.assert_allclose(shares, share, atol=5 * math.sqrt(share * (1 - share) / count))


def assert_reaches(probability: np.ndarray, target: np.ndarray, baseline: Baseline) -> None:
    """Answers with these probabilities [class batch] have the loss and accuracy of the baseline, in 5 errors."""
    surprise = -np.log(probability[target, np.arange(target.size)])
    right = probability.argmax(0) == target
    for values, expected in ((surprise, baseline.loss), (right, baseline.accuracy)):
        assert values.mean() == pytest.approx(expected, abs=5 * values.std() / math.sqrt(target.size) + 1e-12)


@pytest.mark.parametrize("name", ["recall", "temporal-order", *STREAMS, *TRACKING, "associative-recall"])
def test_first_baseline_is_what_a_guess_reaches(name):
    task = load(name)
    _, target = task.sample(17, 100_000, generator=stream())
    baseline = task.baselines(17)[0]
    assert baseline == ("chance", math.log(task.outputs), 1 / task.outputs)
    assert_reaches(np.full((task.outputs, target.size), 1 / task.outputs), target, baseline)


@pytest.mark.parametrize(
    ("length", "first", "second"),
    [(5, (1, 1), (2, 2)), (6, (1, 1), (3, 3)), (10, (1, 2), (4, 5)), (16, (2, 3), (7, 8)), (75, (8, 15), (30, 37))],
)
def test_temporal_order_shows_two_relevant_symbols_in_their_windows_and_asks_for_their_order(length, first, second):
    inputs, target = load("temporal-order").sample(length, 3000, generator=stream())
    assert ((inputs == 0) | (inputs == 1)).all()
    assert (inputs.sum(1) == 1).all()
    relevant = inputs[:, :2].sum(1)
    assert (relevant.sum(0) == 2).all()
    places = [np.flatnonzero(row) for row in relevant.T]
    shown = np.array([inputs[place, 1, column] for column, place in enumerate(places)])
    np.testing.assert_array_equal(target, 2 * shown[:, 0] + shown[:, 1])
    for seen, (start, end) in zip(np.transpose(places), (first, second), strict=True):
        assert sorted(set(seen.tolist())) == list(range(start, end + 1))


def test_temporal_order_places_and_distractors_are_uniform_and_tell_nothing_about_the_class():
    count = 40_000
    inputs, target = load("temporal-order").sample(40, count, generator=stream())
    relevant = inputs[:, :2].sum(1)
    for start in (4, 16):
        np.testing.assert_allclose(relevant[start : start + 5].mean(1), 1 / 5, atol=5 * 0.4 / math.sqrt(count))
    for label in range(4):
        own = inputs[20:, 2:, target == label]
        np.testing.assert_allclose(own[1:].mean((0, 2)), 1 / 4, atol=5 * 0.44 / math.sqrt(19 * own.shape[2]))


def test_temporal_order_baselines_are_chance_and_one_of_the_two_symbols():
    inputs, target = load("temporal-order").sample(20, 100_000, generator=stream())
    _, one = load("temporal-order").baselines(20)
    assert one == ("remember one symbol", math.log(2), 1 / 2)
    first = inputs[:6, 1].sum(0)
    fits = np.arange(4)[:, None] // 2 == first
    assert_reaches(np.where(fits, 1 / 2, 1e-9), target, one)


@pytest.mark.parametrize("length", [3, 4, 11, 20])
@pytest.mark.parametrize("name", STREAMS)
def test_streams_offer_a_symbol_at_every_step_and_a_cue_at_the_last(name, length):
    inputs, _ = load(name).sample(length, 500, generator=stream())
    assert ((inputs == 0) | (inputs == 1)).all()
    assert (inputs[:, :8].sum(1) == 1).all()
    assert (inputs[:-1, 9] == 0).all()
    assert (inputs[-1, 9] == 1).all()
    assert (selective_recall.MARK, selective_recall.CUE) == (reset.MARK, reset.CUE) == (8, 9)


@pytest.mark.parametrize("name", STREAMS)
def test_symbols_of_streams_are_uniform_at_every_step_marked_or_not(name):
    count = 40_000
    inputs, _ = load(name).sample(6, count, generator=stream())
    error = math.sqrt(1 / 8 * 7 / 8 / count)
    np.testing.assert_allclose(inputs[:, :8].mean(2), 1 / 8, atol=5 * error)
    marked = inputs[:, 8] == 1
    symbols = np.moveaxis(inputs[:, :8], 1, 0)[:, marked]
    np.testing.assert_allclose(symbols.mean(1), 1 / 8, atol=5 * error * math.sqrt(count / marked.sum()))


@pytest.mark.parametrize("length", [2, 3, 4, 11, 20])
def test_selective_recall_marks_one_step_of_the_first_half_and_asks_for_its_symbol(length):
    inputs, target = load("selective-recall").sample(length, 500, generator=stream())
    marks = inputs[:, 8]
    assert (marks.sum(0) == 1).all()
    assert (marks[length // 2 :] == 0).all()
    np.testing.assert_array_equal((inputs[:, :8] * marks[:, None]).sum(0), np.eye(8)[:, target])


@pytest.mark.parametrize("length", [6, 9])
def test_selective_recall_marks_every_step_of_the_first_half_equally_often(length):
    count, half = 40_000, length // 2
    marks = load("selective-recall").sample(length, count, generator=stream()).inputs[:half, 8].mean(1)
    np.testing.assert_allclose(marks, 1 / half, atol=5 * 0.5 / math.sqrt(count))


@pytest.mark.parametrize("length", [3, 4, 11, 20])
def test_reset_asks_for_the_symbol_of_the_last_mark(length):
    inputs, target = load("reset").sample(length, 500, generator=stream())
    marks, symbols = inputs[:, 8], inputs[:, :8].argmax(1)
    assert (marks[0] == 1).all()
    assert (marks[-1] == 0).all()
    last = [np.flatnonzero(row)[-1] for row in marks.T]
    assert set(last) == set(range(length - 1))
    np.testing.assert_array_equal(target, symbols[last, np.arange(500)])


def test_reset_marks_15_percent_of_the_steps_between_independently():
    count = 40_000
    marks = load("reset").sample(9, count, generator=stream()).inputs[1:-1, 8]
    np.testing.assert_allclose(marks.mean(1), 0.15, atol=5 * math.sqrt(0.15 * 0.85 / count))
    together = np.cov(marks)[np.triu_indices(7, 1)]
    np.testing.assert_allclose(together, 0, atol=5 * 0.15 * 0.85 / math.sqrt(count))


@pytest.mark.slow
@pytest.mark.parametrize("length", [3, 10, 40])
def test_reset_first_mark_is_right_where_no_other_follows_and_by_chance(length):
    task, count = load("reset"), 200_000
    seen, _ = task.sample(length, count, generator=stream(1))
    alone = (seen[:, 8].sum(0) == 1).mean()
    assert alone == pytest.approx(0.85 ** (length - 2), abs=5 * 0.5 / math.sqrt(count))
    inputs, target = task.sample(length, count, generator=stream())
    _, baseline = task.baselines(length)
    assert baseline.name == "the first mark"
    answer = inputs[0, :8] == 1
    assert_reaches(np.where(answer, baseline.accuracy, (1 - baseline.accuracy) / 7), target, baseline)
    assert baseline.loss < math.log(8)


@pytest.mark.parametrize("length", [21, 22, 50])
def test_copying_shows_ten_symbols_then_blanks_and_a_cue_and_asks_for_blanks_then_the_symbols(length):
    batch = load("copying").sample(length, 200, generator=stream())
    inputs, answers = batch.inputs, load("copying").answers(batch)
    assert ((inputs == 0) | (inputs == 1)).all()
    assert (inputs.sum(1) == 1).all()
    shown = inputs.argmax(1)
    assert (shown[:10] < 8).all()
    assert (shown[length - 11] == copying.CUE).all()
    assert (np.delete(shown, length - 11, axis=0)[10:] == copying.BLANK).all()
    assert (answers[:-10] == 8).all()
    np.testing.assert_array_equal(answers[-10:], shown[:10])


def test_copying_symbols_are_uniform_and_independent_of_each_other():
    count = 80_000
    batch = load("copying").sample(21, count, generator=stream())
    error = math.sqrt(1 / 8 * 7 / 8 / count)
    np.testing.assert_allclose(batch.inputs[:10, :8].mean(2), 1 / 8, atol=5 * error)
    symbols = load("copying").answers(batch)[-10:]
    assert np.abs(np.corrcoef(symbols)[np.triu_indices(10, 1)]).max() < 5 / math.sqrt(count)


@pytest.mark.parametrize("length", [21, 40, 120])
def test_copying_baseline_knows_the_blanks_and_guesses_the_symbols(length):
    task = load("copying")
    answers = task.answers(task.sample(length, 5000, generator=stream()))
    probability = np.full((9, length), 1e-300)
    probability[8, :-10] = 1
    probability[:8, -10:] = 1 / 8
    loss = -np.log(np.take_along_axis(probability, answers.T, axis=0)).mean()
    (baseline,) = task.baselines(length)
    assert loss == pytest.approx(baseline.loss, rel=1e-12)
    guess = stream(1).integers(8, size=(10, 5000))
    error = math.sqrt(1 / 8 * 7 / 8 / guess.size)
    assert (guess == answers[-10:]).mean() == pytest.approx(baseline.accuracy, abs=5 * error)


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


@pytest.mark.slow
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
