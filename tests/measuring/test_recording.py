from itertools import repeat

import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.reference import run
from gradient_horizon.measuring.recording import last_states, record

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 7, 3, 5, 2, 11


def random_networks(name, *, normalised=False):
    draw = torch.Generator().manual_seed(0)
    cell = registries.load(registries.CELLS, "cell", name)()
    cell.normalised = normalised
    layout = Layout(cell, HIDDEN, INPUTS)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64)
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    inputs = torch.randn(STEPS, NETWORKS, INPUTS, BATCH, generator=draw, dtype=torch.float64)
    start = tuple(torch.randn(NETWORKS, HIDDEN, BATCH, generator=draw, dtype=torch.float64) for _ in cell.state)
    return cell, weight, inputs, start


@pytest.mark.parametrize("normalised", [False, True], ids=["plain", "normalised"])
@pytest.mark.parametrize("name", registries.CELLS)
def test_states_and_gates_of_all_networks_are_those_of_the_reference_path(name, normalised):
    cell, weight, inputs, start = random_networks(name, normalised=normalised)
    recording = record(cell, weight, inputs, start)
    pre = []
    after = list(run(cell, repeat(weight), inputs, start, lambda _, blocks: pre.append(blocks) or blocks))
    for place, states in enumerate(recording.states):
        expected = torch.stack([start[place], *(state[place] for state in after)])
        torch.testing.assert_close(states, expected, rtol=1e-11, atol=1e-12)
    assert recording.gates.keys() == {block.gate for block in cell.blocks if block.gate}
    for role, gates in recording.gates.items():
        expected = torch.stack([blocks[cell.gate(role).name] for blocks in pre]).sigmoid()
        torch.testing.assert_close(gates, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["tanh", "lstm"])
def test_last_states_are_the_last_of_a_recording_and_go_on_from_where_another_ended(name):
    cell, weight, inputs, start = random_networks(name)
    whole = record(cell, weight, inputs, start)
    half = last_states(cell, weight, inputs[:3], start)
    for states, middle, last in zip(whole.states, half, last_states(cell, weight, inputs[3:], half), strict=True):
        torch.testing.assert_close(middle, states[3], rtol=0, atol=0)
        torch.testing.assert_close(last, states[-1], rtol=0, atol=0)


def test_a_long_sequence_is_recorded_whole(monkeypatch):
    monkeypatch.setattr("gradient_horizon.engine.segments.TAPE_BYTES", 1)
    cell, weight, inputs, _ = random_networks("gru")
    recording = record(cell, weight, inputs)
    assert recording.steps == STEPS
    assert torch.equal(recording.states[0][:1], torch.zeros(1, NETWORKS, HIDDEN, BATCH, dtype=torch.float64))
    assert torch.equal(recording.hidden[-1], recording.last)
