"""Which cells a change goes with: those that have what it needs."""

import pytest
from report_study import ROOT

from gradient_horizon import registries
from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.training.assembly import build_cell, build_changes

SMOKE = read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")
PLAIN = ("linear", "tanh", "relu", "sigmoid", "euler")
INPUT_ONLY = ("min-lstm", "ind-rnn", "lru")
"""Cells without a recurrent matrix and without a gate."""
WITHOUT_FORGET_GATE = ("lstm-forget-open", "lstm-forget-input-open", "lt-rnn", "cornn", "cornn-adding")

NEEDS = {
    "a gate that keeps": (("forget-bias", {"bias": 1.0}), ("chrono", {}), ("chrono-up-to", {"longest": 10})),
    "an input gate": (("chrono-input", {}),),
    "a recurrent matrix": (
        ("orthogonal", {}),
        ("orthogonal-kept", {}),
        ("antisymmetric", {}),
        ("identity", {}),
        ("spectral-radius", {"radius": 1.0}),
        ("non-normal", {"radius": 1.0, "strength": 1.0}),
        ("keras-start", {}),
        ("glorot-start", {}),
        ("normal-start", {"deviation": 0.1}),
    ),
    "one recurrent block and no other": (("constant-flow", {"coefficient": 1.0}),),
}
FITTING = {
    "a gate that keeps": tuple(set(registries.CELLS) - {*PLAIN, *INPUT_ONLY, *WITHOUT_FORGET_GATE}),
    "an input gate": ("lstm", "lstm-forget-open", "lstm-output-open"),
    "a recurrent matrix": tuple(set(registries.CELLS) - {*INPUT_ONLY, "min-gru"}),
    "one recurrent block and no other": PLAIN,
}
MEANT_FOR = {"antisymmetric": ("euler",)}
"""Changes that a study may ask of fewer cells than they could be made to."""
EACH = [pytest.param(need, entry, id=entry[0]) for need, entries in NEEDS.items() for entry in entries]


@pytest.mark.parametrize(("need", "entry"), EACH)
def test_a_change_on_a_cell_without_what_it_needs_is_refused(small_run, need, entry):
    for cell in registries.CELLS:
        spec = small_run(cell=cell, changes=(entry,))
        if cell in FITTING[need]:
            built = build_cell(spec.cell, build_changes(spec.changes))
            assert type(built) is registries.load(registries.CELLS, "cell", cell)
        else:
            with pytest.raises(ValueError, match=f"must go with a cell that has {need}; {cell!r} has not"):
                build_cell(spec.cell, build_changes(spec.changes))


@pytest.mark.parametrize(("need", "entry"), EACH)
def test_a_study_of_a_change_on_such_a_cell_is_refused_with_the_cells_that_fit(need, entry):
    fitting = MEANT_FOR.get(entry[0], FITTING[need])
    unfit = next(cell for cell in registries.CELLS if cell not in fitting)
    remedy = {"change": entry[0], **entry[1]}
    config = SMOKE | {
        "remedies": SMOKE["remedies"] | {"own": [remedy]},
        "experiments": [{"name": "memory", "task": "recall", "cells": ["lstm", unfit], "remedies": ["own"]}],
    }
    refused = [cell for cell in dict.fromkeys(("lstm", unfit)) if cell not in fitting]
    with pytest.raises(ConfigError) as error:
        validated_study(config)
    legal = ", ".join(sorted(fitting))
    sentence = f"experiments.0.remedies.0: 'own' must go with cells of {legal}, got {', '.join(refused)}"
    assert sentence in str(error.value)


def test_layer_normalisation_is_for_any_cell_and_makes_the_engine_normalise_it(small_run):
    for cell in registries.CELLS:
        spec = small_run(cell=cell, changes=(("layer-normalisation", {}),))
        assert build_cell(spec.cell, build_changes(spec.changes)).normalised
        assert not build_cell(cell, ()).normalised
