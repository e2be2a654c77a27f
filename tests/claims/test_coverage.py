"""Which runs the claims read, and which runs a study has for them."""

from pathlib import Path

from gradient_horizon.claims.coverage import lacking_settings, settings_without_pilots, unread_experiments
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.settings import COMPARED, WIDELY
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[2]
CONFIG, ROBUST = ROOT / "config.yaml", ROOT / "workflow" / "presets" / "robust.yaml"


def trained_by(*files):
    """Experiment, cell and remedy of all runs of a study."""
    return {(spec.experiment, spec.cell, spec.remedy) for spec in expand(load_study(read_yaml(*files), files))}


def read_by(wanted):
    return {
        (arm.setting or test.setting, arm.cell, arm.remedy)
        for claim in registered_claims()
        for test in claim.tests
        if wanted(test)
        for arm in (*test.evidence.arms, *test.works)
    }


SHIPPED, WIDER = trained_by(CONFIG), trained_by(CONFIG, ROBUST)


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
