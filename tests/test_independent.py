"""The code that recomputes effects: it shares nothing with the package, and agrees with it, part by part."""

import ast
import json
import math
import sys
from itertools import product
from pathlib import Path

import chosen_rates
import effects
import gradient_profiles
import intervals
import numpy as np
import pytest
import seed_values
import solved_lengths
import stored_runs
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from gradient_horizon.claims.contract import described
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.statistics.decay import decay_fit
from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.intervals import Interval, difference, pooled, ratio
from gradient_horizon.statistics.mean_length import mean_solved_length
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.statistics.shares import share, share_at_chosen_rates
from gradient_horizon.storage import write_arrays
from gradient_horizon.tables.gradient_horizon import gradient_horizon
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus

INDEPENDENT = Path(__file__).parent / "independent"
FILES = sorted(INDEPENDENT.glob("*.py"))
NEAR = {"rel": 1e-12, "abs": 1e-14}


def imported(file):
    """The packages that a file imports, wherever the import stands, also by name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, file
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Name):
            assert node.id not in ("__import__", "importlib", "exec", "eval"), file


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_imports_numpy_and_the_standard_library_alone(file):
    legal = {"numpy", *sys.stdlib_module_names, *(each.stem for each in FILES)} - {"importlib", "runpy", "subprocess"}
    assert {*imported(file)} <= legal


def test_a_file_that_imports_the_package_would_be_found(tmp_path):
    for line in ("import gradient_horizon.tables", "from gradient_horizon import errors", "import scipy"):
        (tmp_path / "bad.py").write_text(f"def f():\n    {line}\n")
        with pytest.raises(AssertionError):
            test_it_imports_numpy_and_the_standard_library_alone(tmp_path / "bad.py")


def kinds(content):
    """The kinds of evidence that a contract names."""
    if isinstance(content, dict):
        yield from ([content["kind"]] if "kind" in content else [])
        for value in content.values():
            yield from kinds(value)


def test_it_knows_every_kind_of_evidence_that_claims_name():
    for claim in registered_claims():
        for test in claim.tests:
            content = described(test.evidence)
            assert {*kinds(content)} <= {*seed_values.BY_SEED, *effects.FINDERS}, content


def test_it_reads_the_arrays_that_are_written(tmp_path):
    arrays = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
        "b": np.array([np.nan, np.inf, -0.0, 1e-310]),
        "c": np.array([[True, False]]),
        "d": np.array([-(2**40), 3]),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    write_arrays(tmp_path / "arrays.safetensors", arrays)
    found = stored_runs.read_arrays(tmp_path / "arrays.safetensors")
    assert set(found) == set(arrays)
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rates_are_chosen_as_in_training(data):
    rates = (0.001, 0.01, 0.1)[: data.draw(st.integers(1, 3))]
    networks = [
        {"seed": seed, "learning_rate": rate, "status": status, "update": 300 if status == "unsolved" else update}
        for seed, rate in product(range(data.draw(st.integers(1, 5))), rates)
        for status in [data.draw(st.sampled_from(["solved", "unsolved", "diverged"]))]
        for update in [data.draw(st.sampled_from([100, 200, 300]))]
    ]
    outcomes = [
        NetworkOutcome(n["seed"], True, n["learning_rate"], RunStatus(n["status"]), n["update"], 0.0, 0.0)
        for n in networks
    ]
    assert chosen_rates.choose(networks, 300) == choose_learning_rates(outcomes)


def test_student_s_quantiles():
    for freedom, probability in product((1, 2, 3, 4, 7, 11, 14, 40, 79), (0.9, 0.975, 0.995, 0.9999)):
        wanted = stats.t.ppf(probability, freedom)
        assert intervals.student_quantile(probability, freedom) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 1 - 0.05 / 12])
def test_wilson_s_interval(confidence):
    for n in (1, 5, 12, 80):
        for successes in {0, 1, n // 2, n}:
            found = intervals.wilson(successes, n, confidence)
            assert found == pytest.approx(share(successes, n, confidence), **NEAR)


@pytest.mark.parametrize("scale", [Scale.IDENTITY, Scale.LOG, Scale.LOGIT, Scale.UP_TO_ONE, Scale.FISHER])
@pytest.mark.parametrize("n", [1, 2, 9, 10, 15, 40])
def test_means_on_every_scale(scale, n):
    draw = np.random.default_rng(n)
    values = scale.back(draw.normal(size=n) * 0.7 + 0.2)
    for confidence in (0.95, 0.9958):
        ours = mean(values, scale, confidence)
        found = intervals.mean(
            [*values, math.nan, math.inf] if scale is Scale.IDENTITY else values, scale.value, confidence
        )
        assert found == pytest.approx(ours, rel=1e-10, nan_ok=True)
    alike = np.full(n, values[0])
    assert intervals.mean(alike, scale.value, 0.95) == pytest.approx(mean(alike, scale), rel=1e-10, nan_ok=True)


def test_means_whose_resamples_lack_spread_fall_back_on_student_s():
    values = [1.0] * 11 + [2.0]
    assert intervals.mean(values, "as they are", 0.95) == pytest.approx(mean(values), rel=1e-12)


INTERVALS = [
    Interval(2.0, 1.5, 3.0),
    Interval(4.0, 1.0, math.inf),
    Interval(0.5, 0.0, 0.75),
    Interval(math.nan, 1.0, math.inf),
    Interval(math.nan, math.nan, math.nan),
]


@pytest.mark.parametrize(("first", "second"), [*product(INTERVALS, INTERVALS)])
def test_differences_and_means_of_intervals(first, second):
    ours, found = difference(first, second), intervals.difference(first, second)
    assert found == pytest.approx(ours, nan_ok=True, **NEAR)
    scale = intervals.SCALES["logarithm"]
    logs = [scale.of_interval(each) for each in (first, second)]
    assert scale.interval_back(intervals.combined(logs, [0.5, 0.5])) == pytest.approx(
        pooled([first, second], Scale.LOG), nan_ok=True, **NEAR
    )
    assert scale.interval_back(intervals.difference(*logs)) == pytest.approx(ratio(first, second), nan_ok=True, **NEAR)


class Fake:
    """A network that solved a length, or not."""

    def __init__(self, seed, length, rate, chosen, solved):
        self.seed, self.learning_rate, self.chosen = seed, rate, chosen
        self.status, self.run = "solved" if solved else "unsolved", type("Run", (), {"length": length})


SUCCESSES = st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(SUCCESSES, st.sampled_from([0.95, 0.99]), st.sampled_from([0, 1]))
def test_lengths_that_are_solved(solved, confidence, unpaired):
    """Each seed is judged at the first of two rates; at the second none solves anything."""
    lengths = np.array([3, 5, 8, 20, 21])
    table = np.array(solved)
    networks = [
        Fake(seed, int(length) + unpaired, rate, rate == 0.1, row[place] and rate == 0.1)
        for seed, row in enumerate(solved)
        for place, length in enumerate(lengths)
        for rate in (0.1, 0.2)
    ]
    counts, n = table.sum(axis=0), len(table)
    ours = [share_at_chosen_rates(int(count), n, [int(count)], 2, confidence) for count in counts]
    curve = solved_lengths.curve(networks, "chosen", confidence, unpaired)
    assert curve.lengths == lengths.tolist()
    assert np.array(curve.shares) == pytest.approx(np.array(ours), **NEAR)
    half = half_length(lengths, ours, np.full(5, n))
    found, side = solved_lengths.half_length(curve)
    assert (found.estimate, side) == (pytest.approx(half.length.parts[0], rel=1e-12), half.length.parts[1].value)
    assert (found.low, found.high) == pytest.approx((half.low, half.high), rel=1e-12)
    estimate, low, high = mean_solved_length(lengths, table, ours, confidence)
    found, side, seeds = solved_lengths.mean_length(networks, confidence, unpaired)
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    assert found.low == pytest.approx(0.0 if side == "left" else low, rel=1e-11)
    assert found.high == pytest.approx(math.inf if side == "right" else high, rel=1e-11)
    assert seeds == n


def test_shares_at_any_rate():
    networks = [
        Fake(seed, 8, rate, False, (seed, rate) in {(0, 0.1), (1, 0.2)}) for seed in range(4) for rate in (0.1, 0.2)
    ]
    found = solved_lengths.judged_share(networks, lambda each: each.status == "solved", "any", 0.95)
    assert found == pytest.approx(share(2, 4), **NEAR)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1, max_size=8))
def test_the_nearest_curve_that_never_rises(steps):
    values, weights = zip(*steps, strict=True)
    wanted = optimize.isotonic_regression(values, weights=weights, increasing=False).x
    assert solved_lengths.never_rising(values, weights) == pytest.approx(wanted.tolist(), rel=1e-12, abs=1e-12)


def test_fits_and_horizons_of_profiles():
    draw = np.random.default_rng(3)
    for profile in (
        0.9 ** np.arange(120) * np.exp(0.1 * draw.normal(size=120)),
        np.array([1.0, 0.5, 0.0, 0.2, np.nan, 0.1]),
        np.array([0.0, 1.0, 2.0]),
        np.ones(5),
    ):
        fit = decay_fit(profile)
        for name, wanted in (("decay_factor", fit.factor.estimate), ("aic_gain", fit.aic_gain)):
            assert gradient_profiles.fitted(name, profile) == pytest.approx(wanted, rel=1e-9, nan_ok=True), name
        if profile.std() > 0:
            assert gradient_profiles.fitted("r_squared", profile) == pytest.approx(fit.r_squared, rel=1e-9, nan_ok=True)
        late = decay_fit(profile[100:]).factor.estimate
        assert gradient_profiles.fitted("late_factor", profile) == pytest.approx(late, rel=1e-9, nan_ok=True)
        for level in (0.1, 0.01, 0.001):
            ours = gradient_horizon(profile, level)
            found = gradient_profiles.horizon(profile, level)
            assert found == (None if ours is None else (ours.parts[0], ours.parts[1].value))


def test_rank_correlations():
    draw = np.random.default_rng(0)
    for _ in range(20):
        doses, numbers = draw.permutation(6).astype(float), draw.integers(0, 4, 6).astype(float)
        found = seed_values._correlation([(dose, number, "no") for dose, number in zip(doses, numbers, strict=True)])
        wanted = stats.spearmanr(doses, numbers).statistic if len(set(numbers)) > 1 else math.nan
        assert found == pytest.approx(wanted, rel=1e-12, nan_ok=True)
    assert math.isnan(
        seed_values._correlation([(1.0, 1.0, "no"), (2.0, 3.0, "right"), (3.0, 4.0, "no"), (4.0, 2.0, "no")])
    )


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        ("{", "JSONDecodeError: Expecting property name"),
        ("[]", "TypeError: list indices must be integers"),
        ('{"claim": "a"}', "FileNotFoundError: "),
    ],
)
def test_a_damaged_contract_is_a_sentence(tmp_path, monkeypatch, capsys, contract, said):
    import recompute

    folder = tmp_path / "results" / "claims" / "a"
    folder.mkdir(parents=True)
    (tmp_path / "store").mkdir()
    (folder / "contract.json").write_text(contract)
    (folder / "verdict.json").write_text('{"verdict": "supported", "tests": []}')
    monkeypatch.setattr("sys.argv", ["recompute.py", str(tmp_path / "results"), str(tmp_path / "store")])
    if contract != '{"claim": "a"}':
        (folder / "runs.csv").write_text("run\n")
    with pytest.raises(SystemExit) as ended:
        recompute.main()
    assert ended.value.code == 3
    message = capsys.readouterr().err
    assert message.startswith(f"{folder} must hold contract.json, verdict.json and runs.csv as the study wrote them")
    assert said in message


def test_infinite_and_missing_numbers_survive_the_way_through_json():
    import recompute

    for value in (math.nan, math.inf, -math.inf, 0.25):
        written = json.loads(json.dumps(recompute._plain(value)))
        assert recompute._number(written) == pytest.approx(value, nan_ok=True)
    assert recompute._difference(0.25, 0.25, False) == 0.0
    assert recompute._difference(math.nan, math.nan, False) == 0.0
    assert recompute._difference(math.inf, 3.0, False) == math.inf
    assert recompute._difference(math.nan, 3.0, False) == math.inf
    assert recompute._difference(1e-20, 2e-20, False) == pytest.approx(0.5)
    assert recompute._difference(1e-20, 2e-20, True) == pytest.approx(1e-20)
