import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from passes_problem import assert_close
from torch.nn import functional

from gradient_horizon import registries
from gradient_horizon.cells.linear import Linear
from gradient_horizon.engine.any_passes import PRECISIONS
from gradient_horizon.engine.passes import Passes
from gradient_horizon.tasks.base import LOSSES
from gradient_horizon.training.read_out import ReadOut

quick = settings(max_examples=15, deadline=None, derandomize=True)
TASKS = {"cross-entropy": "recall", "mean-squared-error": "adding"}


class Case:
    """Hidden states of a linear cell, a read-out and right answers."""

    def __init__(
        self,
        loss,
        *,
        outputs=5,
        hidden=7,
        batch=9,
        steps=3,
        every_step=False,
        unasked=0,
        precision="float64",
        scale=1.0,
    ):
        draw = np.random.default_rng(outputs + hidden)
        task = registries.load(registries.TASKS, "task", TASKS[loss])
        self.task = type("Own", (task,), {"outputs": outputs, "unasked_steps": unasked})()
        self.passes = Passes(
            Linear(), steps=steps, hidden=hidden, inputs=2, batch=batch, precision=precision, every_step=every_step
        )
        self.passes.load(draw.standard_normal((steps, 2, batch)).astype(precision))
        self.weight = (draw.standard_normal((hidden, hidden + 3)) / hidden).astype(precision)
        self.passes.forward(self.weight)
        self.readout = (scale * draw.standard_normal((outputs, hidden + 1))).astype(precision)
        self.unasked = unasked
        shape = (steps - unasked if every_step else 1, batch)
        self.target = draw.integers(outputs, size=shape) if loss == "cross-entropy" else draw.standard_normal(shape)
        self.read_out = ReadOut(self.passes, self.task)

    @property
    def states(self):
        """Those that are read out [answer unit sequence]."""
        states = self.passes.states()[0][1:]
        return states[self.unasked :] if self.passes.every_step else states[-1:]

    def expected(self, loss):
        """Losses, gradients of read-out and states, and right answers, by torch in float64."""
        states = torch.from_numpy(self.states.astype("float64")).requires_grad_()
        readout = torch.from_numpy(self.readout.astype("float64")).requires_grad_()
        outputs = torch.einsum("oh,ahb->abo", readout[:, :-1], states) + readout[:, -1]
        target = torch.from_numpy(self.target)
        if loss == "cross-entropy":
            losses = functional.cross_entropy(outputs.flatten(0, 1), target.flatten(), reduction="none")
        else:
            losses = (outputs - target[..., None]).square().mean(2).flatten()
        losses.mean().backward()
        right = (outputs.argmax(2) == target).double()
        return losses.detach().reshape(self.target.shape), readout.grad, states.grad, right


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("loss", LOSSES)
@quick
@given(outputs=st.integers(1, 20), hidden=st.integers(1, 40), batch=st.integers(1, 40), every_step=st.booleans())
def test_losses_right_answers_and_gradients_equal_torch_s(loss, precision, outputs, hidden, batch, every_step):
    case = Case(loss, outputs=outputs, hidden=hidden, batch=batch, every_step=every_step, precision=precision)
    judged = case.read_out.judge(case.readout, case.target, back=True)
    losses, by_readout, by_states, right = case.expected(loss)
    assert_close(judged.losses, losses, precision)
    assert_close(case.read_out.gradient(), by_readout, precision)
    found = np.concatenate([g.by_hidden[..., : g.lanes.used] for g in case.passes.groups], axis=-1)
    assert_close(found, by_states, precision)
    if loss == "cross-entropy":
        np.testing.assert_array_equal(judged.right, right)
    else:
        assert np.isnan(judged.right).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_steps_at_which_nothing_is_asked_have_no_answer_and_no_gradient(loss):
    case = Case(loss, steps=5, every_step=True, unasked=2)
    judged = case.read_out.judge(case.readout, case.target, back=True)
    losses, by_readout, by_states, _ = case.expected(loss)
    assert_close(judged.losses, losses, "float64")
    assert_close(case.read_out.gradient(), by_readout, "float64")
    found = np.concatenate([g.by_hidden[..., : g.lanes.used] for g in case.passes.groups], axis=-1)
    assert_close(found[2:], by_states, "float64")
    assert (found[:2] == 0).all()


def test_large_logits_lose_no_digits():
    case = Case("cross-entropy", scale=1000.0)
    judged = case.read_out.judge(case.readout, case.target, back=True)
    np.testing.assert_allclose(judged.losses, case.expected("cross-entropy")[0], rtol=1e-13, atol=1e-13)


def test_cross_entropy_of_equal_logits_is_the_log_of_the_number_of_classes():
    case = Case("cross-entropy", outputs=8)
    judged = case.read_out.judge(np.zeros_like(case.readout), case.target, back=False)
    np.testing.assert_allclose(judged.losses, math.log(8), rtol=1e-14)


def test_judging_without_gradients_leaves_those_of_before():
    case = Case("cross-entropy")
    case.read_out.judge(case.readout, case.target, back=True)
    before = [group.by_hidden.copy() for group in case.passes.groups]
    case.read_out.judge(2 * case.readout, case.target, back=False)
    for group, old in zip(case.passes.groups, before, strict=True):
        np.testing.assert_array_equal(group.by_hidden, old)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("loss", LOSSES)
def test_an_output_that_is_not_finite_gives_a_loss_that_is_not(loss, bad):
    case = Case(loss)
    case.readout[0, -1] = bad
    assert not np.isfinite(case.read_out.judge(case.readout, case.target, back=True).losses).all()
    assert not np.isfinite(case.read_out.gradient()).all()
