import numpy as np
import pytest
import torch

from gradient_horizon.measuring.decoding import decoding_accuracy

CLASSES, UNITS, COUNT = 4, 6, 200


def states(noise):
    draw = np.random.default_rng(0)
    target = draw.integers(CLASSES, size=COUNT)
    mixing = draw.standard_normal((UNITS, CLASSES))
    return mixing[:, target] + noise * draw.standard_normal((UNITS, COUNT)), target


@pytest.mark.parametrize("noise", [0.1, 1.0, 3.0])
def test_accuracy_is_that_of_numpy_s_least_squares_on_held_out_sequences(noise):
    values, target = states(noise)
    design = np.vstack([values, np.ones(COUNT)]).T
    middle = COUNT // 2
    readout = np.linalg.lstsq(design[:middle], np.eye(CLASSES)[target[:middle]], rcond=None)[0]
    expected = ((design[middle:] @ readout).argmax(1) == target[middle:]).mean()
    decoded = decoding_accuracy(torch.from_numpy(values)[None], torch.from_numpy(target)[None], CLASSES)
    assert decoded.item() == expected


def test_states_that_know_nothing_are_at_chance_and_states_that_know_all_at_one():
    values, target = states(0.0)
    draw = np.random.default_rng(1).standard_normal(values.shape)
    both = torch.from_numpy(np.stack([values, draw, np.full_like(values, 0.5)]))
    targets = torch.from_numpy(np.stack([target] * 3))
    decoded = decoding_accuracy(both, targets, CLASSES).tolist()
    assert decoded[0] == 1
    assert decoded[1:] == pytest.approx([1 / CLASSES] * 2, abs=0.12)


def test_states_that_are_not_finite_have_no_accuracy_and_leave_others_alone():
    values, target = states(0.1)
    broken = values.copy()
    broken[0, 0] = np.nan
    decoded = decoding_accuracy(
        torch.from_numpy(np.stack([broken, values])), torch.from_numpy(np.stack([target] * 2)), CLASSES
    )
    assert decoded[0].isnan()
    assert decoded[1].item() > 0.9
