import numpy as np
import pytest
import torch
from passes_problem import Case, Problem

from gradient_horizon.cells.euler import Euler
from gradient_horizon.remedies.flow import ConstantFlow

EPSILON = Euler.epsilon
FLOWING = {
    "linear": lambda h, old: np.ones_like(h),
    "tanh": lambda h, old: 1 - h * h,
    "relu": lambda h, old: (h > 0).astype(float),
    "euler": lambda h, old: EPSILON * (1 - ((h - old) / EPSILON) ** 2),
}
"""The derivative of the next state with respect to the product, given that state and the old one."""


@pytest.mark.parametrize("segment", [None, 2])
@pytest.mark.parametrize("batch", [4, 25])
@pytest.mark.parametrize("name", FLOWING)
def test_constant_flow_adds_the_immediate_gradient_of_pascanu_s_regulariser(name, batch, segment):
    case = Case(steps=6, hidden=5, inputs=3, batch=batch)
    problem = Problem(name, case, segment=segment)
    hook = ConstantFlow(coefficient=0.7).backward_hook()
    difference = problem.run(hook=hook).weight - problem.run().weight
    whole = Problem(name, case)
    whole.forward()
    matrix = torch.from_numpy(whole.weight[:, : case.hidden]).requires_grad_()
    omega = torch.zeros((), dtype=torch.float64)
    by_h = torch.from_numpy(whole.gradient)
    states = whole.passes.states()[0]
    for h, old in zip(states[:0:-1], states[-2::-1], strict=True):
        before = matrix.T @ (by_h * torch.from_numpy(FLOWING[name](h, old))) + (name == "euler") * by_h
        flows = (by_h != 0).any(0) & (before != 0).any(0)
        ratio = before[:, flows].norm(dim=0) / by_h[:, flows].norm(dim=0)
        omega = omega + (ratio - 1).square().sum() / batch
        by_h = before.detach()
    omega.backward()
    np.testing.assert_allclose(difference[:, : case.hidden], 0.7 * matrix.grad.numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(difference[:, case.hidden :], 0)


def test_constant_flow_of_a_gradient_that_is_zero_is_no_nan():
    problem = Problem("relu", Case(steps=4, hidden=3, inputs=2, batch=2))
    problem.weight[:], problem.x[:] = -1.0, 1.0
    np.testing.assert_array_equal(problem.run(hook=ConstantFlow(coefficient=1).backward_hook()).weight, 0)


def test_what_a_remedy_adds_belongs_to_the_share_of_its_step():
    problem = Problem("tanh", Case(steps=6, hidden=5, inputs=3, batch=25))
    hook = ConstantFlow(coefficient=0.7).backward_hook()
    whole, by_step, plain = problem.run(hook=hook), problem.run(hook=hook, shares=True), problem.run(shares=True)
    np.testing.assert_allclose(by_step.weight, whole.weight, rtol=1e-12, atol=1e-12)
    assert (by_step.shares != plain.shares).all()
