import pandas as pd
import pytest
from drawing import PROSE, every_test
from hand_made_tables import frame

from gradient_horizon.figures.groups import NON_NORMAL, initial_radii, memory_groups, outcome
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

ROOT = PROSE.parent


@pytest.mark.parametrize(("preset", "arms"), [(None, 18), ("smoke", 7), ("robust", 0), ("paper", 0), ("modern", 0)])
def test_figures_of_memory_show_every_arm_of_one_setting_and_nothing_else(preset, arms):
    files = [ROOT / "config.yaml", *([ROOT / "workflow" / "presets" / f"{preset}.yaml"] if preset else [])]
    lengths = {}
    for spec in expand(validated_study(read_yaml(*files), files)):
        lengths.setdefault((spec.experiment, spec.task, spec.cell, spec.remedy), []).append(spec.length)
    rows = [
        dict(zip(("experiment", "task", "cell", "remedy"), key, strict=True))
        | {"policy": "chosen", "shortest": min(tried), "longest": max(tried), "memory_horizon": 10}
        for key, tried in lengths.items()
    ]
    groups = memory_groups(frame("horizons", rows))
    assert len(groups) == arms
    assert set(groups["experiment"]) <= {"recall-32"}


@pytest.mark.parametrize(
    ("named", "setting", "expected"),
    [
        (("lstm",), None, "mixed"),
        (("lstm",), "recall-32", "pass"),
        (("lstm",), "adding-32", "fail"),
        (("lstm", "gru"), "recall-32", "mixed"),
        ((), "recall-32", "mixed"),
        (("gru",), "recall-500", "unclear"),
    ],
)
def test_outcomes_are_joined_in_all_settings_or_in_one_without_those_over_all(named, setting, expected):
    tests = every_test("fail").copy()
    tests.loc[tests["setting"].eq("recall-32") & tests["test"].eq("lstm"), "outcome"] = "pass"
    pooled = tests[tests["test"].eq("lstm")].head(1).assign(kind="pooled", setting="", outcome="unclear")
    assert outcome(pd.concat([tests, pooled]), "gates-cure-vanishing", *named, setting=setting) == expected


def test_the_radius_is_the_measured_one_before_training_without_the_error_of_single_precision():
    def row(remedy, radius, moment="initial", cell="tanh", seed=0):
        key = {"experiment": "powers", "cell": cell, "remedy": remedy, "moment": moment, "seed": seed}
        return key | {"spectral_radius": radius}

    rows = [row("a", 0.9 + 2e-8), row("a", 0.9 - 1e-8, seed=1), row("a", 2.5, "final"), row("b", 1.05 + 1e-8)]
    rows += [row(NON_NORMAL, 0.9), row("a", float("nan"), cell="lstm")]
    radii = initial_radii(frame("gradients", rows))
    assert radii.to_dict("records") == [
        {"experiment": "powers", "cell": "tanh", "remedy": "a", "radius": 0.9},
        {"experiment": "powers", "cell": "tanh", "remedy": "b", "radius": 1.05},
    ]
