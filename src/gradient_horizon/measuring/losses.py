"""Losses of many networks at once, each with its gradient."""

import torch

from gradient_horizon.engine.axes import PerNetwork, State, Targets


def cross_entropy(logits: State, target: Targets) -> tuple[PerNetwork, PerNetwork, State]:
    """Batch mean of the cross-entropy (nats), share of right answers, and dL/dlogits."""
    networks, _, batch = logits.shape
    log_probability = torch.log_softmax(logits, dim=1)
    index = target.view(networks, 1, batch)
    loss = -log_probability.gather(1, index).mean((1, 2))
    accuracy = (logits.argmax(1) == target).to(logits.dtype).mean(1)
    gradient = log_probability.exp_()
    gradient.scatter_add_(1, index, gradient.new_full(index.shape, -1.0))
    return loss, accuracy, gradient.div_(batch)


def mean_squared_error(output: State, target: Targets) -> tuple[PerNetwork, PerNetwork, State]:
    """Batch mean of the squared error, NaN in place of an accuracy, and dL/doutput."""
    error = output - target.to(output.dtype).unsqueeze(1)
    loss = error.square().mean((1, 2))
    return loss, torch.full_like(loss, torch.nan), error.mul_(2 / error[0].numel())


LOSSES = {"cross-entropy": cross_entropy, "mean-squared-error": mean_squared_error}
