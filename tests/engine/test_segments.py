from functools import partial

import numpy as np
import pytest
from passes_problem import Case, Problem

from gradient_horizon import registries
from gradient_horizon.engine import segments
from gradient_horizon.engine.segments import segment_length
from gradient_horizon.engine.tape import numbers_per_step

CASE = Case(steps=13, hidden=8, inputs=3, batch=37)


@pytest.mark.parametrize("options", [{}, {"window": 5}, {"shares": True}, {"started": True}])
@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("segment", [3, 8])
@pytest.mark.parametrize("name", registries.CELLS)
def test_segments_give_the_same_bits_as_one_tape(name, segment, every_step, options):
    whole, pieces = (
        Problem(name, CASE, every_step=every_step, precision="float32", segment=length) for length in (None, segment)
    )
    first, second = whole.run(**options), pieces.run(**options)
    np.testing.assert_array_equal(whole.forward(), pieces.forward())
    np.testing.assert_array_equal(first.weight, second.weight)
    np.testing.assert_array_equal(first.state, second.state)
    if options.get("shares"):
        np.testing.assert_array_equal(first.shares, second.shares)
        np.testing.assert_array_equal(first.share_spread, second.share_spread)
        np.testing.assert_array_equal(first.full_state, second.full_state)
    for one, other in zip(whole.passes.groups, pieces.passes.groups, strict=True):
        np.testing.assert_array_equal(one.hidden[..., : one.lanes.used], other.hidden[..., : one.lanes.used])


def test_states_of_a_tape_of_segments_are_refused():
    problem = Problem("lstm", CASE, segment=4)
    problem.forward()
    with pytest.raises(ValueError, match="must fit on the tape, got segments of 4 steps"):
        problem.passes.states()


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("name", registries.CELLS)
def test_a_tape_stores_per_step_what_the_formula_says(name, normalised):
    def stored(steps):
        problem = Problem(name, CASE._replace(steps=steps), precision="float32", normalised=normalised)
        (group, rest) = problem.passes.groups
        arrays = [
            a for g in (group, rest) for a in (g.tape.state, g.tape.further, g.tape.saved, g.tape.normal, g.tape.scale)
        ]
        counted = sum(
            numbers_per_step(problem.layout, g.kernels, g.lanes.width, len(problem.cell.state))
            for g in problem.passes.groups
        )
        return sum(a.size for a in arrays), counted

    (longer, counted), (shorter, _) = stored(7), stored(6)
    assert longer - shorter == counted


def test_only_sequences_that_do_not_fit_are_cut_and_then_take_about_the_least_memory():
    problem = Problem("lstm", Case(steps=2, hidden=128, inputs=10, batch=32), precision="float32")
    (group,) = problem.passes.groups
    per_step, between = 4 * numbers_per_step(problem.layout, group.kernels, 32, 2), 4 * 2 * 128 * 32
    choose = partial(segment_length, step_bytes=per_step, state_bytes=between)
    assert choose(steps=1000) == 1000
    assert 1000 * per_step < segments.TAPE_BYTES < 10_000 * per_step
    length = choose(steps=10_000)

    def memory(segment):
        return segment * per_step + 10_000 / segment * between

    assert memory(length) < 1.01 * min(memory(segment) for segment in range(1, 1000))
    assert memory(length) < 50e6
