import math

import pytest
import torch
from torch.nn import functional

from gradient_horizon.measuring.losses import cross_entropy, mean_squared_error

SEEDS, CLASSES, BATCH = 3, 5, 7


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def random_classes() -> torch.Tensor:
    return torch.randint(CLASSES, (SEEDS, BATCH), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_cross_entropy_and_its_gradient_equal_torch_network_by_network(scale):
    logits, target = scale * draw(SEEDS, CLASSES, BATCH), random_classes()
    loss, _, gradient = cross_entropy(logits.clone(), target)
    for network in range(SEEDS):
        own = logits[network].T.clone().requires_grad_()
        expected = functional.cross_entropy(own, target[network])
        expected.backward()
        torch.testing.assert_close(loss[network], expected.detach(), rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(gradient[network], own.grad.T, rtol=1e-12, atol=1e-12)


def test_cross_entropy_leaves_the_logits_as_they_were():
    logits = draw(SEEDS, CLASSES, BATCH)
    before = logits.clone()
    cross_entropy(logits, random_classes())
    assert torch.equal(logits, before)


def test_accuracy_is_the_share_of_largest_logits_at_the_target():
    logits = torch.eye(4, dtype=torch.float64).expand(2, 4, 4)  # sequence b answers class b
    target = torch.tensor([[0, 1, 2, 3], [0, 1, 3, 2]])
    _, accuracy, _ = cross_entropy(logits, target)
    assert accuracy.tolist() == [1.0, 0.5]


def test_cross_entropy_of_equal_logits_is_the_log_of_the_number_of_classes():
    loss, _, gradient = cross_entropy(torch.zeros(1, 8, 2, dtype=torch.float64), torch.tensor([[3, 3]]))
    assert loss.item() == pytest.approx(math.log(8), rel=1e-14)
    expected = torch.full((8, 2), 1 / 16, dtype=torch.float64)
    expected[3] -= 1 / 2
    torch.testing.assert_close(gradient[0], expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("outputs", [1, 3])
def test_mean_squared_error_and_its_gradient_equal_torch_network_by_network(outputs):
    output, target = draw(SEEDS, outputs, BATCH), draw(SEEDS, 2 * BATCH)[:, BATCH:]
    loss, accuracy, gradient = mean_squared_error(output.clone(), target)
    assert accuracy.isnan().all()
    for network in range(SEEDS):
        own = output[network].clone().requires_grad_()
        expected = functional.mse_loss(own, target[network].expand(outputs, BATCH))
        expected.backward()
        torch.testing.assert_close(loss[network], expected.detach(), rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(gradient[network], own.grad, rtol=1e-12, atol=1e-12)


def test_mean_squared_error_by_hand():
    loss, _, gradient = mean_squared_error(torch.tensor([[[1.0, 5.0]]]), torch.tensor([[0.0, 2.0]]))
    assert loss.tolist() == [5.0]
    assert gradient.tolist() == [[[1.0, 3.0]]]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_network_that_is_not_finite_has_a_loss_that_is_not_and_leaves_the_others_alone(bad):
    logits, target = draw(SEEDS, CLASSES, BATCH), random_classes()
    alone = cross_entropy(logits.clone(), target)
    logits[1, 2, 3] = bad
    loss, _, gradient = cross_entropy(logits, target)
    assert torch.isfinite(loss).tolist() == [True, False, True]
    for network in (0, 2):
        assert loss[network] == alone[0][network]
        assert torch.equal(gradient[network], alone[2][network])
