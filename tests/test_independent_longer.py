"""Networks on longer sequences, recomputed from the files of runs, as evidence finds them in tables of these runs."""

import csv
import math

import effects
import numpy as np
import pandas as pd
import pytest
from hand_made_tables import EMPTY, frame
from longer_sequences import SOLVED_AT, SOLVED_UP_TO
from seed_values import BASELINES, NotRecomputedError
from seed_values import Place as Files
from stored_runs import Runs

from gradient_horizon import registries
from gradient_horizon.claims.arms import GRU
from gradient_horizon.claims.contract import described
from gradient_horizon.claims.evidence.longer import LeftBeyond, StillSolved
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.storage import write_arrays, write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store
from gradient_horizon.tables.baselines import baseline_rows
from gradient_horizon.tables.extrapolation import extrapolation_rows
from gradient_horizon.tables.run_files import RunFiles

SETTING, FACTORS, RATES = "here", (1, 2, 4, 8), (0.01, 0.1)
SEEDS, PILOT = tuple(range(12)), 1000


def outcome(spec, solved):
    """The first seeds solve the task, at both rates alike, so that the lower one is chosen for all."""
    networks = [
        {
            "seed": seed,
            "judged": seed != PILOT,
            "learning_rate": rate,
            "status": "solved" if seed < solved else "unsolved",
            "update": 20 if seed < solved else spec.updates,
            "loss": 0.1,
            "accuracy": 0.9,
        }
        for seed in (*SEEDS, PILOT)
        for rate in RATES
    ]
    rates = {"chosen_learning_rates": [RATES[0]] * len(SEEDS), "pilot_learning_rates": [RATES[0]]}
    return {"networks": networks, "identity": {"settings": {"updates": spec.updates}}, **rates}


@pytest.fixture
def written(small_run, tmp_path):
    """Writes runs by length, of which so many seeds solve each: their tables, and the runs as others read them."""

    def write(task, solved_by_length, *, asked=True):
        draw, rows, listed = np.random.default_rng(4), [], []
        own = {"experiment": SETTING, "task": task, "cell": "gru", "remedy": "none"}
        for length, solved in solved_by_length.items():
            spec = small_run(**own, length=length, seeds=SEEDS, pilot_seeds=(PILOT,), learning_rates=RATES)
            keys = Keys(f"{task}{length}", "0", "1", "extrapolation-ab" if asked else "")
            stored = Store(tmp_path).run(keys)
            write_json(stored.outcome, outcome(spec, solved))
            write_arrays(stored.measures, {})
            listed.append({**own, "length": length, **vars(keys)})
            if asked:
                numbers = {name: draw.uniform(0, 1, (len(FACTORS), len(SEEDS))) ** 0.1 for name in ("loss", "accuracy")}
                numbers["loss"] = (1 - numbers["loss"]) / 6
                numbers["loss"][2, 1] = math.nan
                if task == "adding":
                    numbers["accuracy"][:] = math.nan
                write_arrays(stored.further["extrapolation"], {"factor": np.array(FACTORS), **numbers})
            rows += extrapolation_rows(RunFiles(spec, stored))
        with (tmp_path / "runs.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=listed[0])
            writer.writeheader()
            writer.writerows(listed)
        of_runs = {"runs": pd.DataFrame({"task": task, "length": list(solved_by_length)})}
        baselines = frame("baselines", baseline_rows(of_runs))
        tables = EMPTY | {"extrapolation": frame("extrapolation", rows), "baselines": baselines}
        runs = Runs(tmp_path / "runs.csv", tmp_path)
        assert len(runs) == len(solved_by_length)
        return Place(tables, SETTING, 0.99), Files(runs, None, SETTING, 0.99)

    return write


@pytest.mark.parametrize("task", ["recall", "adding", "parity-throughout", "s3", "associative-recall"])
@pytest.mark.parametrize("evidence", [StillSolved(GRU), StillSolved(GRU, factor=2), LeftBeyond(GRU)])
@pytest.mark.parametrize("solved", [{5: 12, 10: 6, 20: 5}, {5: 11}, {5: 5}])
def test_effects_on_longer_sequences_are_those_of_the_tables(written, task, evidence, solved):
    ours, files = written(task, solved)
    wanted, found = evidence.find(ours), effects.find(described(evidence), files)
    assert (found.n > 0) == (max(solved.values()) > 5)
    assert found.n == wanted.n
    assert found.effect == pytest.approx(wanted.effect, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("evidence", [StillSolved(GRU), LeftBeyond(GRU)])
def test_where_nobody_asked_for_longer_sequences_nothing_is_found(written, evidence):
    ours, files = written("recall", {5: 12}, asked=False)
    assert evidence.find(ours).n == effects.find(described(evidence), files).n == 0


@pytest.mark.parametrize("evidence", [StillSolved(GRU), LeftBeyond(GRU)])
def test_a_task_whose_criterion_or_baseline_is_not_known_is_not_recomputed(written, evidence):
    _, files = written("copying", {5: 12})
    with pytest.raises(NotRecomputedError, match="'copying'"):
        effects.find(described(evidence), files)


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_and_criteria_are_those_of_the_tasks(name):
    task = registries.load(registries.TASKS, "task", name)()
    for length in (5, 20):
        trivial = task.baselines(length)[0]
        wanted = (trivial.loss, math.nan if trivial.accuracy is None else trivial.accuracy)
        assert BASELINES[name] == pytest.approx(wanted, rel=1e-15, nan_ok=True)
    at, up_to = SOLVED_AT.get(name), SOLVED_UP_TO.get(name)
    assert (at is None) != (up_to is None)
    for step in (-1e-9, 0.0, 1e-9):
        own = step >= 0 if up_to is None else step <= 0
        assert task.is_solved((up_to or 0.0) + step, (at or 0.0) + step) == own
