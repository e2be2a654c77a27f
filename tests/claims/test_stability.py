import numpy as np
import pytest
from hand_made_tables import EMPTY, frame

from gradient_horizon import registries
from gradient_horizon.claims.schemas import STABILITY
from gradient_horizon.claims.stability import half, judge_halves
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.summarise import summarise_solving

JUMPS = registries.load(registries.CLAIMS, "claim", "weights-jump")
COLUMNS = {"experiment": "explosion", "task": "recall", "cell": "relu", "remedy": "none", "length": 20}


def study(even, odd, n=160):
    """Judged ReLU networks of which the first so many of each half diverge."""
    rows = []
    for seed in range(n):
        jumps = seed // 2 < (odd if seed % 2 else even)
        own = {"seed": seed, "learning_rate": 0.1, "judged": True, "chosen": True, "update": 400}
        own |= {"status": "diverged" if jumps else "unsolved", "update_ratio_median": 0.01, "update_ratio_max": 0.02}
        rows.append(COLUMNS | own)
    chooser = {"seed": 1_000_000, "learning_rate": 0.1, "judged": False, "chosen": True, "status": "solved"}
    run = {"run": "r", "updates": 400, "judged_seeds": n} | COLUMNS
    given = EMPTY | {"networks": frame("networks", [*rows, COLUMNS | chooser]), "runs": frame("runs", [run])}
    return given | summarise_solving(given)


def row(given):
    (found,) = judge_halves([JUMPS], given)
    return found


def test_both_halves_are_judged_as_the_whole_where_all_diverge():
    found = row(study(80, 80))
    assert (found["verdict"], found["verdict_even"], found["verdict_odd"]) == ("supported",) * 3
    assert found["agreement"] == "same verdict"
    assert found["contradicted"] == ""


def test_halves_that_say_the_opposite_contradict_each_other_test_by_test():
    found = row(study(80, 0))
    assert (found["verdict_even"], found["verdict_odd"]) == ("supported", "refuted")
    assert (found["agreement"], found["contradicted"]) == ("contradicted", "relu, relu-not-finite")


def test_a_verdict_that_needs_all_seeds_is_undecided_on_half_of_them():
    found = row(study(47, 47))
    assert (found["verdict"], found["verdict_even"]) == ("supported", "inconclusive")
    assert (found["agreement"], found["contradicted"]) == ("undecided on half of the seeds", "")


@pytest.mark.parametrize("remainder", [0, 1])
def test_a_half_has_its_own_seeds_and_the_estimates_made_from_them(remainder):
    found = half(study(60, 20), remainder)
    judged = found["networks"][found["networks"]["judged"]]
    assert set(judged["seed"] % 2) == {remainder}
    assert len(found["networks"]) == len(judged) + 1
    (n,) = set(found["success"]["n"])
    assert n == 80


def test_every_table_of_seeds_that_a_claim_may_read_is_halved():
    read = {test.table for name in registries.CLAIMS for test in registries.load(registries.CLAIMS, "c", name).tests}
    names = {name for entry in read for name in entry.split(", ")}
    by_seed = {name for name in names if any(column.name == "seed" for column in TABLES[name].columns)}
    rows = {name: [COLUMNS | {"seed": seed, "learning_rate": 0.1} for seed in range(4)] for name in by_seed}
    given = EMPTY | {name: frame(name, own) for name, own in rows.items()}
    found = half(given, 1)
    for name in by_seed:
        kept = found[name][found[name]["judged"]] if name == "networks" else found[name]
        assert set(np.array(kept["seed"]) % 2) <= {1}, name


def test_the_table_of_stability_has_a_row_per_claim():
    claims = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
    found = STABILITY.frame(judge_halves(claims, EMPTY))
    assert list(found["claim"]) == list(registries.CLAIMS)
    assert set(found["verdict_even"]) == {"inconclusive"}
