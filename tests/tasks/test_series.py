"""A CSV task: its windows, parts, scales and baselines, each against brute force on the file's own numbers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from written_csv import columns, labelled, series, write

from gradient_horizon.tasks.base import Batch
from gradient_horizon.tasks.series_data import ends_in
from gradient_horizon.tasks.window_baselines import limit_of
from gradient_horizon.tasks.windows import Rows, ends_of, split

LENGTH = 5
EVALUATED = 10_000


def stream(seed=0):
    return np.random.default_rng(seed)


def scaled(values, known):
    return (values - np.mean(values[known])) / np.std(values[known])


@pytest.fixture
def file(tmp_path):
    return write(tmp_path, columns())


def test_batches_have_the_promised_types_and_shapes(file):
    task = series(file, LENGTH)
    for sample in (task.sample, task.sample_evaluation):
        batch = sample(LENGTH, 7, generator=stream())
        assert (batch.inputs.shape, batch.inputs.dtype) == ((LENGTH, 2, 7), np.float32)
        assert (batch.target.shape, batch.target.dtype) == ((7,), np.float32)
        np.testing.assert_array_equal(task.answers(batch), batch.target[None])
        again = sample(LENGTH, 7, generator=stream())
        np.testing.assert_array_equal(again.inputs, batch.inputs)
    assert (task.inputs, task.outputs, task.loss) == (2, 1, "mean-squared-error")


@pytest.mark.parametrize(("predict", "ahead", "target"), [("next", 1, "wave"), ("last", 0, "step")])
def test_windows_and_answers_are_those_of_the_file_with_scales_of_the_training_rows_alone(
    tmp_path, predict, ahead, target
):
    table = columns()
    task = series(write(tmp_path, table), LENGTH, predict=predict, target=target)
    known = np.arange(48)  # the last fifth of 60 rows is held out
    values = {name: scaled(table[name].astype(float), known) for name in table}
    for sample, rows in ((task.sample, known), (task.sample_evaluation, np.arange(48, 60))):
        expected = {
            values["wave"][first : first + LENGTH].astype(np.float32).tobytes(): (
                values["noise"][first : first + LENGTH],
                values[target][first + LENGTH - 1 + ahead],
            )
            for first in range(rows[0], rows[-1] + 2 - LENGTH - ahead)
        }
        batch = sample(LENGTH, 600, generator=stream())
        seen = {}
        for wave, noise, answer in zip(batch.inputs[:, 0].T, batch.inputs[:, 1].T, batch.target, strict=True):
            place = min(expected, key=lambda other: np.abs(np.frombuffer(other, np.float32) - wave).sum())
            np.testing.assert_allclose(np.frombuffer(place, np.float32), wave, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(noise, expected[place][0], rtol=1e-5, atol=1e-6)
            assert answer == pytest.approx(expected[place][1], rel=1e-5, abs=1e-6)
            seen[place] = True
        assert len(seen) == len(expected)


def test_changing_held_out_rows_changes_no_training_number(tmp_path):
    table = columns()
    before = series(write(tmp_path, table), LENGTH).sample(LENGTH, 50, generator=stream())
    table["wave"][48:] += 100
    table["noise"][48:] *= 9
    task = series(write(tmp_path, table, "other.csv"), LENGTH)
    after = task.sample(LENGTH, 50, generator=stream())
    np.testing.assert_array_equal(before.inputs, after.inputs)
    np.testing.assert_array_equal(before.target, after.target)
    assert abs(task.sample_evaluation(LENGTH, 5, generator=stream()).inputs).max() > 10


def test_regression_baselines_are_those_of_least_squares_by_hand(tmp_path):
    table = columns(rows=200)
    task, known, length = series(write(tmp_path, table), 6), np.arange(160), 6
    wave, noise = (scaled(table[name], known) for name in ("wave", "noise"))

    def design(first, stop):
        starts = range(first, stop - length)
        rows = [
            [*(v for pair in zip(wave[s : s + length], noise[s : s + length], strict=True) for v in pair), 1]
            for s in starts
        ]
        return (
            np.array(rows),
            np.array([wave[s + length] for s in starts]),
            np.array([wave[s + length - 1] for s in starts]),
        )

    fitted, answers, _ = design(0, 160)
    judged, wanted, last = design(160, 200)
    solution = np.linalg.lstsq(fitted, answers, rcond=None)[0]
    losses = [np.mean((wanted - answers.mean()) ** 2), np.mean((wanted - last) ** 2)]
    losses.append(np.mean((wanted - judged @ solution) ** 2))
    assert [each.loss for each in task.baselines(6)] == pytest.approx(losses, rel=1e-5)
    assert [each.name for each in task.baselines(6)] == [
        "predict the mean", "repeat the last value", "linear regression on the window",
    ]  # fmt: skip
    assert min(losses) == losses[2]
    assert task.is_solved(float(f"{1.1 * losses[2]:.3g}"), math.nan)
    assert not task.is_solved(float(1.11 * losses[2]), math.nan)
    assert "1.1 times the error of linear regression on the window, the best baseline" in task.solved_when


def test_an_evaluation_goes_through_all_held_out_windows_equally_often(file):
    task = series(file, LENGTH)
    answers = task.sample_evaluation(LENGTH, 7 * 3 + 2, generator=stream()).target
    assert sorted(np.unique(answers, return_counts=True)[1].tolist()) == [3, 3, 3, 3, 3, 4, 4]
    assert len(set(answers[:7].tolist())) == 7


def test_one_class_for_all_held_out_is_never_enough(tmp_path):
    table = labelled(40)
    table["label"] = np.where(table["who"] < 30, "a", "b")
    task = series(write(tmp_path, table), 4, input="x", target="label", predict="class", id="who")
    shares = np.bincount(task.data.answers[ends_in(task.asked, task.data.parts.held_out, 4)]) / 8
    assert not task.is_solved(0.0, float(shares.max()))
    assert task.is_solved(0.0, 1.0)


def test_the_last_value_is_no_baseline_where_it_is_not_shown(file):
    assert [each.name for each in series(file, LENGTH, input="noise").baselines(LENGTH)][1:] == [
        "linear regression on the window"
    ]
    names = [each.name for each in series(file, LENGTH, input="noise", predict="last").baselines(LENGTH)]
    assert "repeat the last value" not in names


def test_class_baselines_are_those_of_scikit_learn(tmp_path):
    task = series(write(tmp_path, labelled(40)), 4, input="x", target="label", predict="class", id="who")
    data = task.data
    assert (task.inputs, task.outputs, task.loss, data.classes) == (1, 2, "cross-entropy", ("a", "b"))
    parts = []
    for segments in data.parts:
        ends = ends_of(segments, 4, ahead=0, last_only=True)
        assert len(ends) == len(segments)
        parts += [(np.stack([data.inputs[end - 3 : end + 1, 0] for end in ends]).astype(float), data.answers[ends])]
    (known, answers), (judged, wanted) = parts
    assert (len(known), len(judged)) == (32, 8)
    oracle = LinearDiscriminantAnalysis(solver="svd", tol=1e-9).fit(known, answers)
    majority, discriminant = task.baselines(4)
    probability = oracle.predict_proba(judged)[np.arange(len(wanted)), wanted]
    assert discriminant.loss == pytest.approx(-np.log(probability).mean(), rel=1e-6)
    assert discriminant.accuracy == (oracle.predict(judged) == wanted).mean()
    shares = np.bincount(answers) / len(answers)
    assert majority.loss == pytest.approx(-np.log(shares[wanted]).mean())
    assert majority.accuracy == (wanted == shares.argmax()).mean()
    error = min(1 - majority.accuracy, 1 - discriminant.accuracy)
    commonest = 1 - np.bincount(wanted).max() / len(wanted)
    limit = limit_of(("", min(1 - majority.accuracy, commonest)), ("", error)).value
    assert task.is_solved(9.0, round(1 - limit, 3))
    assert not task.is_solved(0.0, round(1 - limit, 3) - 0.001)


def test_series_are_split_whole_and_one_sequence_each_ends_at_their_end(tmp_path):
    table = labelled(10)
    task = series(write(tmp_path, table), 3, input="x", target="label", predict="class", id="who", held_out=0.3)
    data = task.data
    ids = [{data.rows.names[data.rows.series.index(segment)] for segment in segments} for segments in data.parts]
    assert [len(each) for each in ids] == [7, 3]
    assert not ids[0] & ids[1]
    known = np.isin(table["who"].astype(str), list(ids[0]))
    assert data.scales["x"].mean == pytest.approx(table["x"][known].mean(), rel=1e-12)
    assert data.scales["x"].deviation == pytest.approx(table["x"][known].std(), rel=1e-12)
    ends = scaled(table["x"], known).astype(np.float32).reshape(10, 8)[:, -3:]
    batch = task.sample_evaluation(3, 3, generator=stream())
    held_out = sorted(map(tuple, ends[[int(each) for each in sorted(ids[1])]].tolist()))
    np.testing.assert_allclose(sorted(map(tuple, batch.inputs[:, 0].T.tolist())), held_out, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "windows"),
    [
        ({"predict": "next"}, 3 * (8 - 4)),
        ({"predict": "last", "input": "who2"}, 3),
        ({"predict": "last", "input": "who2", "windows": "all"}, 3 * (8 - 3)),
        ({"predict": "last", "input": "who2", "split": "time"}, 0),
    ],
)
def test_whole_series_are_one_sequence_each_but_for_the_next_value(tmp_path, parameters, windows):
    table = labelled(10)
    file = write(tmp_path, table | {"who2": table["x"][::-1]})
    task = series(file, 4, target="x", id="who", held_out=0.3, **{"input": "x"} | parameters)
    assert len(ends_in(task.asked, task.data.parts.held_out, 4)) == windows


def test_interleaved_series_are_put_together_by_time(tmp_path):
    rows = 30
    table = {
        "day": np.repeat([f"2026-01-{day + 1:02d}" for day in range(rows)], 2),
        "who": np.tile(["x", "y"], rows),
        "wave": np.stack([np.arange(rows), 1000 + np.arange(rows)], 1).ravel(),
    }
    task = series(write(tmp_path, table), 4, input="wave", time="day", id="who", split="time")
    raw = task.data.inputs[:, 0] * task.data.scales["wave"].deviation + task.data.scales["wave"].mean
    np.testing.assert_allclose(raw, [*range(rows), *range(1000, 1000 + rows)], atol=1e-3)
    steps = np.diff(task.sample(4, 200, generator=stream()).inputs[:, 0], axis=0) * task.data.scales["wave"].deviation
    np.testing.assert_allclose(steps, 1, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    by=st.sampled_from(["id", "time"]),
    share=st.floats(0.01, 0.99),
    length=st.integers(1, 8),
    ahead=st.integers(0, 1),
    last_only=st.booleans(),
)
def test_no_row_is_in_both_parts_and_no_window_leaves_its_series_or_part(lengths, by, share, length, ahead, last_only):
    ends = np.cumsum(lengths).tolist()
    segments = tuple(slice(end - size, end) for end, size in zip(ends, lengths, strict=True))
    rows = Rows(np.arange(sum(lengths)), tuple(map(str, lengths)), segments)
    parts = split(rows, by, share)
    covered = [row for part in parts for segment in part for row in range(segment.start, segment.stop)]
    assert sorted(covered) == list(range(sum(lengths)))
    for part in parts:
        found = ends_of(part, length, ahead=ahead, last_only=last_only).tolist()
        windows = [set(range(end - length + 1, end + ahead + 1)) for end in found]
        of_part = [set(range(segment.start, segment.stop)) for segment in part]
        assert all(any(window <= inside for inside in of_part) for window in windows)
        every = sum(max(0, len(inside) - length - ahead + 1) for inside in of_part)
        assert len(found) == (sum(len(inside) >= length + ahead for inside in of_part) if last_only else every)


@pytest.mark.parametrize(
    ("first", "best", "limit", "reason"),
    [
        (1.0, 0.5, 0.55, "1.1 times the error of b, the best baseline"),
        (1.0, 0.001, 0.01, "0.01 times the error of a; the best baseline, b, has less"),
        (1.0, 0.95, 0.9, "0.9 times the error of a, which no baseline beats by more"),
    ],
)
def test_the_limit_is_near_the_best_baseline_and_never_out_of_reach_or_trivial(first, best, limit, reason):
    assert limit_of(("a", first), ("b", best)) == (pytest.approx(limit), reason)


def test_a_criterion_of_the_user_s_own_wins(file):
    task = series(file, LENGTH, solved={"loss": 0.25})
    assert task.solved_when == "mean squared error <= 0.25 (as configured)"
    assert (task.is_solved(0.25, math.nan), task.is_solved(0.2501, math.nan)) == (True, False)


def test_what_a_run_keeps_of_the_file_has_scales_and_sizes(file):
    kept = series(file).provenance()
    assert (kept["file"], kept["rows"], kept["training_rows"], kept["series"]) == (str(file), 60, 48, 1)
    wave = columns()["wave"][:48]
    assert kept["standardised"]["wave"] == pytest.approx({"mean": wave.mean(), "deviation": wave.std()}, rel=1e-9)


def test_a_length_in_the_task_is_the_only_one_and_a_changed_file_is_read_again(tmp_path):
    file = write(tmp_path, columns())
    assert (series(file).fixed_length, series(file, length=None, predict="next").minimal_length) == (None, 2)
    before = series(file).data.sha256
    table = columns(seed=1)
    write(tmp_path, table | {"more": table["wave"]})
    assert series(file).data.sha256 != before


def test_semicolons_and_decimal_commas_are_read_as_asked(tmp_path):
    table = columns()
    plain = series(write(tmp_path, table)).data.inputs
    commas = {name: [str(value).replace(".", ",") for value in values] for name, values in table.items()}
    other = series(write(tmp_path, commas, "other.csv", ";"), delimiter=";", decimal=",").data.inputs
    np.testing.assert_array_equal(plain, other)


def test_answers_of_a_batch_are_its_targets(file):
    batch = Batch(np.zeros((LENGTH, 2, 3), np.float32), np.arange(3, dtype=np.float32))
    np.testing.assert_array_equal(series(file).answers(batch), [[0, 1, 2]])
