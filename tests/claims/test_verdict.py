import pytest

from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.verdict import Verdict, decide

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR


@pytest.mark.parametrize(
    ("main", "boundary", "verdict"),
    [
        ([PASS, PASS], [PASS, UNCLEAR], Verdict.SUPPORTED),
        ([PASS], [PASS, FAIL], Verdict.CONDITIONAL),
        ([PASS, FAIL], [PASS], Verdict.ONLY_IF),
        ([FAIL, UNCLEAR], [FAIL, UNCLEAR], Verdict.REFUTED),
        ([UNCLEAR, PASS], [PASS, FAIL], Verdict.INCONCLUSIVE),
        ([], [PASS], Verdict.INCONCLUSIVE),
    ],
)
def test_verdicts_follow_from_outcomes(main, boundary, verdict):
    assert decide(main, boundary) is verdict
