import pytest
from hand_made_tables import frame
from report_study import PROSE, give_verdict

from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.spoken import rounded
from gradient_horizon.reporting.answer import answer
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored

PLAIN = {"experiment": "recall-32", "task": "recall", "cell": "tanh", "remedy": "none", "policy": "chosen"}


@pytest.mark.parametrize(
    ("plain", "other", "beyond"),
    [
        (Censored.exactly(29), Censored.at_least(80), False),
        (Censored.at_least(80), Censored.exactly(29), True),
    ],
)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_memory_of_the_plain_network_is_a_limit_only_where_its_own_is(results, language, plain, other, beyond):
    give_verdict(results, Verdict.SUPPORTED)
    tests = TESTS.load(results / "claims")
    # the table is ordered by its names, so that the first row is another remedy's
    horizons = frame(
        "horizons", [PLAIN | {"memory_horizon": plain}, PLAIN | {"remedy": "constant-flow", "memory_horizon": other}]
    )
    wording = Wording(PROSE, language)
    none = (frame(name, []) for name in ("networks", "success"))
    told = answer(wording, VERDICTS.load(results / "claims"), tests, horizons, *none)[0]
    memory = tests[tests["claim"].eq("short-memory") & tests["test"].eq("memory-horizon")].iloc[0]
    steps = wording.numbers.counted(rounded(float(memory["effect"])), wording.words["answer"]["across_steps"])
    assert steps in told
    assert (wording.words["answer"]["beyond"].format(length=steps) in told) == beyond
