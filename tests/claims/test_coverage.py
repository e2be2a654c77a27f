"""Which runs the claims read, and which runs a study has for them."""

from pathlib import Path

import pandas as pd
from hand_made_tables import EMPTY, frame

from gradient_horizon.claims.coverage import (
    claims_asked,
    lacking_settings,
    settings_without_pilots,
    unread_experiments,
)
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import VERDICTS
from gradient_horizon.claims.settings import COMPARED, MODERN_EQUAL, MODERN_SELECTIVE, WIDELY
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
ROBUST, MODERN = (ROOT / "workflow" / "presets" / f"{name}.yaml" for name in ("robust", "modern"))


def trained_by(*files):
    """Experiment, cell and remedy of all runs of a study."""
    return {(spec.experiment, spec.cell, spec.remedy) for spec in expand(validated_study(read_yaml(*files), files))}


def read_by(wanted, preset=None):
    return {
        (arm.setting or test.setting, arm.cell, arm.remedy)
        for claim in registered_claims()
        for test in claim.tests
        if claim.preset == preset and wanted(test)
        for arm in (*test.evidence.arms, *test.works)
    }


SHIPPED, WIDER, LATER = trained_by(CONFIG), trained_by(CONFIG, ROBUST), trained_by(CONFIG, MODERN)
OF_PRESETS = [claim.id for claim in registered_claims() if claim.preset]


def test_the_shipped_study_trains_all_that_tests_of_every_study_read():
    assert read_by(lambda test: not test.optional) <= SHIPPED


def test_the_shipped_study_has_no_experiment_that_no_claim_reads():
    assert unread_experiments(sorted(SHIPPED)) == []
    assert lacking_settings(SHIPPED) == {}


def test_the_preset_has_what_optional_tests_read_and_nothing_that_none_reads():
    optional = read_by(lambda test: test.optional)
    assert optional <= SHIPPED | WIDER
    assert not optional <= SHIPPED
    assert {experiment for experiment, _, _ in WIDER} == set(WIDELY)
    assert unread_experiments(sorted(WIDER)) == []


def test_every_comparing_claim_is_asked_in_three_settings_and_in_five_with_the_preset():
    for claim in registered_claims():
        for name in {test.id for test in claim.tests if test.kind == "main" and test.optional}:
            settings = [test.setting for test in claim.tests if test.id == name]
            assert settings == [*COMPARED, *WIDELY]
            both = SHIPPED | WIDER
            (arms,) = {test.evidence.arms for test in claim.tests if test.id == name}
            answered = [each for each in settings if all((each, arm.cell, arm.remedy) in both for arm in arms)]
            assert len(answered) >= 5


def test_an_experiment_is_read_if_a_claim_names_one_of_its_arms():
    trained = [("recall-32", "tanh", "none"), ("recall-32", "tanh", "of-mine"), ("of-mine", "tanh", "none")]
    trained += [("flow", "relu", "chrono"), ("of-mine", "lstm", "none")]
    assert unread_experiments(trained) == ["of-mine", "flow"]
    assert unread_experiments([]) == []


def test_a_setting_lacks_runs_if_an_arm_of_a_main_test_is_missing():
    without_gru = {run for run in SHIPPED if run[:2] != ("adding-32", "gru")}
    assert lacking_settings(without_gru) == {"gru-similar": ["adding-32"], "gates-cure-vanishing": ["adding-32"]}
    without_condition = {run for run in SHIPPED if run != ("recall-32", "lstm", "keras")}
    assert lacking_settings(without_condition) == {}
    assert "eigen-power" not in lacking_settings([])
    assert lacking_settings([])["gates-cure-vanishing"] == list(COMPARED)


def test_a_setting_whose_working_arms_have_no_pilots_is_named_for_its_claims():
    piloted = [each for each in SHIPPED if each[0] != "adding-32"]
    assert settings_without_pilots(SHIPPED, SHIPPED) == {}
    silent = settings_without_pilots(SHIPPED, piloted)
    assert silent["gates-cure-vanishing"] == ["adding-32"]
    assert "eigen-power" not in silent
    alone = [each for each in piloted if each[1:] != ("lstm", "chrono")] + [("adding-32", "tanh", "none")]
    assert "gates-cure-vanishing" not in settings_without_pilots(SHIPPED, alone)  # one arm that works is enough
    assert settings_without_pilots(SHIPPED, alone)["three-gates"] == ["reset-32", "selective-32", "gate-recall"]
    assert settings_without_pilots([], []) == {}


def test_a_preset_has_the_runs_of_its_claims_and_beside_them_only_those_of_one_figure():
    assert OF_PRESETS == [
        "linear-recurrences-cannot-track",
        "remembering-need-not-extrapolate",
        "pairs-bounded-by-state",
    ]
    assert read_by(lambda test: True, "modern") <= LATER
    assert set(unread_experiments(sorted(LATER))) == {MODERN_SELECTIVE, *MODERN_EQUAL}
    assert not set(OF_PRESETS) & set(lacking_settings(LATER))


def test_the_claims_of_a_preset_are_asked_where_one_of_their_experiments_is_and_nowhere_else():
    every_study = [claim.id for claim in registered_claims() if not claim.preset]
    assert [claim.id for claim in claims_asked([])] == every_study
    assert [claim.id for claim in claims_asked(experiment for experiment, *_ in SHIPPED | WIDER)] == every_study
    assert [claim.id for claim in claims_asked(["associative-32"])] == [*every_study, "pairs-bounded-by-state"]
    assert [claim.id for claim in claims_asked(experiment for experiment, *_ in LATER)] == every_study + OF_PRESETS


def test_a_claim_of_a_preset_that_lacks_runs_is_said_to_lack_them_in_the_settings_of_its_arms():
    without = {run for run in LATER if run[0] not in ("associative-16", "parity-last")}
    found = lacking_settings(without)
    assert found["pairs-bounded-by-state"] == ["associative-16"]
    assert found["linear-recurrences-cannot-track"] == ["parity-last"]


def test_a_study_without_the_runs_of_a_claim_of_a_preset_has_no_verdict_on_it(tmp_path):
    row = {"run": "one", "experiment": "associative-16", "task": "associative-recall", "cell": "gru", "remedy": "none"}
    for tables, asked in ((EMPTY, []), (EMPTY | {"runs": frame("runs", [row])}, ["pairs-bounded-by-state"])):
        judge_all(tables, ROOT / "report", tmp_path)
        verdicts = pd.Series(VERDICTS.load(tmp_path)["claim"])
        assert verdicts[verdicts.isin(OF_PRESETS)].tolist() == asked
