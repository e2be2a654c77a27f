import pytest
from drawing import PROSE
from hand_made_tables import frame

from gradient_horizon.figures.groups import NON_NORMAL, initial_radii, memory_groups
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand

ROOT = PROSE.parent


@pytest.mark.parametrize(
    ("preset", "shown"),
    [
        (
            None,
            {
                "memory",
                "memory-relu",
                "memory-gates",
                "memory-orthogonal",
                "memory-identity",
                "memory-gate-bias",
                "memory-gate-bias-gru",
                "memory-constant-flow",
                "memory-normalised",
                "memory-patient",
                "memory-unclipped",
                "memory-wide-gru",
                "memory-wide-tanh",
            },
        ),
        ("smoke", {"memory", "memory-orthogonal", "memory-gate-bias"}),
        ("paper", set()),
    ],
)
def test_figures_of_memory_show_what_was_tried_on_recall_over_several_lengths(preset, shown):
    files = [ROOT / "config.yaml", *([ROOT / "workflow" / "presets" / f"{preset}.yaml"] if preset else [])]
    lengths = {}
    for spec in expand(load_study(read_yaml(*files), files)):
        lengths.setdefault((spec.experiment, spec.task, spec.cell, spec.remedy), []).append(spec.length)
    rows = [
        dict(zip(("experiment", "task", "cell", "remedy"), key, strict=True))
        | {"policy": "chosen", "shortest": min(tried), "longest": max(tried), "memory_horizon": 10}
        for key, tried in lengths.items()
    ]
    assert set(memory_groups(frame("horizons", rows))["experiment"]) == shown


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
