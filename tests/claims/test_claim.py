"""How a claim is judged: which intervals, which settings and which kinds of test count."""

import numpy as np
import pytest
from given_evidence import BARELY_FAIL, BARELY_PASS, FAIL, PASS, UNCLEAR, asked, claim_of, judge
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from gradient_horizon import registries
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.verdict import Verdict

EFFECTS = st.lists(st.sampled_from([PASS, FAIL, BARELY_PASS, BARELY_FAIL, UNCLEAR, (-0.5, 1.0)]), max_size=4)


def pooled(results):
    (found,) = (result for result in results if result.test.kind == "pooled")
    return found


@pytest.mark.parametrize(
    ("questions", "verdict"),
    [
        ([asked("main", [PASS, PASS])], Verdict.SUPPORTED),
        ([asked("main", [PASS, FAIL])], Verdict.DEPENDS),
        ([asked("main", [BARELY_PASS, BARELY_FAIL])], Verdict.INCONCLUSIVE),
        ([asked("main", [BARELY_PASS, PASS])], Verdict.SUPPORTED),
        ([asked("main", [UNCLEAR, PASS])], Verdict.SUPPORTED),
        ([asked("main", [(-0.1, 1.0), PASS])], Verdict.INCONCLUSIVE),
        ([asked("main", [FAIL, FAIL])], Verdict.REFUTED),
        ([asked("main", [PASS]), asked("condition", [FAIL])], Verdict.CONDITIONAL),
        ([asked("main", [PASS]), asked("condition", [BARELY_FAIL])], Verdict.CONDITIONAL),
        ([asked("main", [PASS]), asked("condition", [BARELY_FAIL, PASS])], Verdict.SUPPORTED),
        ([asked("main", [FAIL]), asked("condition", [PASS])], Verdict.ONLY_IF),
        ([asked("main", [FAIL]), asked("condition", [BARELY_PASS, UNCLEAR])], Verdict.REFUTED),
        ([asked("main", [PASS]), asked("condition", [FAIL], silent=["s0"])], Verdict.SUPPORTED),
        ([asked("main", [PASS, FAIL], silent=["s1"])], Verdict.SUPPORTED),
        ([asked("main", [PASS, FAIL], silent=["s0", "s1"])], Verdict.INCONCLUSIVE),
        ([asked("main", [PASS, FAIL], lacking=["s0", "s1"])], Verdict.INCONCLUSIVE),
        ([asked("main", [PASS], "first"), asked("main", [FAIL], "second")], Verdict.DEPENDS),
        ([asked("main", [PASS], "first"), asked("main", [PASS], "second", silent=["s0"])], Verdict.INCONCLUSIVE),
        ([asked("main", [PASS], "first"), asked("main", [PASS], "second", lacking=["s0"])], Verdict.INCONCLUSIVE),
        ([asked("main", [BARELY_PASS], "first"), asked("main", [BARELY_FAIL], "second")], Verdict.REFUTED),
    ],
)
def test_a_verdict_follows_from_estimates(questions, verdict):
    assert judge(*questions)[0] is verdict


def test_every_kind_of_test_has_intervals_of_its_own_confidence():
    _, results = judge(
        asked("main", [PASS] * 3),
        asked("condition", [PASS] * 4, "condition"),
        asked("mechanism", [PASS] * 5),
        asked("check", [PASS] * 2),
    )
    confidences = {"main": 0.95, "condition": 1 - 0.05 / 4, "mechanism": 0.95, "check": 0.95}
    for result in results:
        if result.test.kind != "pooled":
            confidence = confidences[result.test.kind]
            half = special.ndtri((1 + confidence) / 2)
            assert result.finding.effect == pytest.approx((5, 5 - half, 5 + half), rel=1e-12)
            assert result.confidence == pytest.approx(confidence, rel=1e-12)
    assert len(results) == 3 + 1 + 4 + 5 + 2


def test_the_pooled_effect_is_the_mean_over_informative_settings_alone():
    effects = [(4.0, 1.0), (1.0, 2.0), (-9.0, 0.1), (-9.0, 0.1)]
    _, results = judge(asked("main", effects, silent=["s2"], lacking=["s3"]))
    half = 1.959963984540054 * np.hypot(1.0, 2.0) / 2
    assert pooled(results).finding.effect == pytest.approx((2.5, 2.5 - half, 2.5 + half), rel=1e-9)
    assert [result.silence for result in results] == ["", "", "floor", "no runs", ""]
    assert [result.outcome for result in results] == ["pass", "unclear", "unclear", "unclear", "pass"]


def test_one_informative_setting_is_not_pooled_with_itself():
    _, results = judge(asked("main", [PASS, FAIL], silent=["s1"]))
    assert [result.test.kind for result in results] == ["main", "main"]


def test_a_setting_that_says_nothing_takes_no_share_of_the_error_and_an_optional_one_without_runs_does_not_exist():
    effects = [(2.3, 1.0), (-2.3, 1.0)]  # decided at 97.5 %, which two tests need, and not at the 98.3 % of three
    assert judge(asked("main", effects))[0] is Verdict.DEPENDS
    lacking = asked("main", [*effects, PASS], optional=["s2"], lacking=["s2"])
    verdict, results = judge(lacking)
    assert verdict is Verdict.DEPENDS
    assert [result.test.setting for result in results] == ["s0", "s1", ""]
    assert judge(asked("main", [*effects, PASS], optional=["s2"]))[0] is Verdict.INCONCLUSIVE
    assert judge(asked("main", [*effects, PASS], silent=["s2"]))[0] is Verdict.DEPENDS


@settings(max_examples=150, deadline=None)
@given(main=EFFECTS, conditions=EFFECTS, mechanisms=EFFECTS, checks=EFFECTS)
def test_mechanisms_and_checks_never_move_a_verdict(main, conditions, mechanisms, checks):
    decisive = [asked("main", main), asked("condition", conditions)]
    others = [asked("mechanism", mechanisms), asked("check", checks)]
    assert judge(*decisive, *others)[0] is judge(*decisive)[0]


@settings(max_examples=150, deadline=None)
@given(main=EFFECTS, conditions=EFFECTS)
def test_the_verdict_on_the_opposite_is_the_opposite_verdict(main, conditions):
    opposite = {
        Verdict.SUPPORTED: Verdict.REFUTED,
        Verdict.CONDITIONAL: Verdict.ONLY_IF,
        Verdict.REFUTED: Verdict.SUPPORTED,
        Verdict.ONLY_IF: Verdict.CONDITIONAL,
    }
    effects = [[(-estimate, error) for estimate, error in given] for given in (main, conditions)]
    verdict = judge(asked("main", main), asked("condition", conditions))[0]
    mirrored = judge(*(asked(kind, each) for kind, each in zip(("main", "condition"), effects, strict=True)))[0]
    assert mirrored is opposite.get(verdict, verdict)


def test_a_claim_rests_on_the_experiments_of_its_tests_each_once_in_their_order():
    experiments = {claim.id: claim.experiments for claim in registered_claims()}
    assert experiments["eigen-power"] == []
    assert experiments["three-gates"] == ["reset-32", "selective-32", "gate-recall"]
    assert experiments["regulariser-lengthens-memory"] == ["recall-32"]
    equal_size = experiments["gates-cure-vanishing"]
    assert equal_size.index("recall-67") > equal_size.index("recall-32")


def test_every_claim_has_a_main_test_and_a_registered_figure_or_none():
    for claim in registered_claims():
        assert any(test.kind == "main" and not test.optional for test in claim.tests), claim.id
        assert claim.figure in {"", *registries.FIGURES}, claim.id
    assert claim_of().experiments == []
