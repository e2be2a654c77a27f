import numpy as np
import pytest
import torch

from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine.passes import forward, make_tape
from gradient_horizon.measuring.gates import filter_error, forget_gates, input_gates
from gradient_horizon.measuring.interventions import accuracy_with_mean_gate, gate_opening
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.tasks.selective_recall import MARK, SelectiveRecall

LENGTH, HIDDEN, BATCH, SYMBOLS = 10, 8, 64, 8
WRITING, KEEPING, SHOWING, CANDIDATE = range(4)


def test_opening_is_cohen_s_d_of_the_mean_over_units():
    draw = np.random.default_rng(0)
    gates, marked = draw.random((6, 2, 3, 5)), draw.random((6, 2, 5)) < 0.4
    openings = gate_opening(torch.from_numpy(gates), torch.from_numpy(marked))
    for network in range(2):
        openness = gates[:, network].mean(1)
        inside, outside = openness[marked[:, network]], openness[~marked[:, network]]
        squares = (len(inside) - 1) * inside.var(ddof=1) + (len(outside) - 1) * outside.var(ddof=1)
        pooled = np.sqrt(squares / (len(inside) + len(outside) - 2))
        assert openings[network].item() == pytest.approx((inside.mean() - outside.mean()) / pooled, rel=1e-10)


def test_a_gate_that_does_nothing_but_tell_marked_steps_apart_opens_infinitely_wider_and_no_marks_are_nan():
    marked = torch.arange(12).reshape(3, 1, 4) % 3 == 0
    gates = marked.double().unsqueeze(2).expand(3, 1, 2, 4)
    assert gate_opening(gates, marked).item() == torch.inf
    assert gate_opening(gates, torch.zeros_like(marked)).isnan().all()


def selective_network():
    """An LSTM that writes the symbol at marked steps only, keeps and shows everything; its read-out."""
    weight = torch.zeros(1, 4 * HIDDEN, HIDDEN + SYMBOLS + 3, dtype=torch.float64)
    rows = [slice(block * HIDDEN, (block + 1) * HIDDEN) for block in range(4)]
    weight[0, rows[WRITING], HIDDEN + MARK], weight[0, rows[WRITING], -1] = 20, -10
    weight[0, rows[KEEPING], -1] = weight[0, rows[SHOWING], -1] = 20
    weight[0, rows[CANDIDATE], HIDDEN : HIDDEN + SYMBOLS] = 3 * torch.eye(SYMBOLS, dtype=torch.float64)
    readout = torch.cat([torch.eye(SYMBOLS), torch.zeros(SYMBOLS, 1)], dim=1).double().unsqueeze(0)
    return weight, readout


def run(weight):
    batch = SelectiveRecall().sample(LENGTH, BATCH, generator=np.random.default_rng(1))
    inputs = SelectiveRecall.inputs
    tape = make_tape(LSTM(), steps=LENGTH, networks=1, hidden=HIDDEN, inputs=inputs, batch=BATCH, dtype=torch.float64)
    tape.inputs.copy_(torch.from_numpy(batch.inputs).unsqueeze(1))
    last = forward(LSTM(), weight, tape)
    return tape, torch.from_numpy(batch.target).unsqueeze(0), last


def accuracy(readout, last, target):
    return ((readout[:, :, :-1] @ last + readout[:, :, -1:]).argmax(1) == target).double().mean().item()


def test_a_gate_that_takes_its_mean_everywhere_is_a_network_whose_gate_has_no_weights_but_that_bias():
    weight, readout = selective_network()
    tape, target, last = run(weight)
    assert accuracy(readout, last, target) == 1
    gates = input_gates(LSTM(), tape)
    nowhere = torch.zeros(LENGTH, 1, BATCH, dtype=torch.bool)
    networks = Networks(LSTM(), weight, readout, tape, target, SelectiveRecall())
    given = {"block": WRITING, "gates": gates}
    same = accuracy_with_mean_gate(networks, where=nowhere, **given)
    assert same.item() == 1
    everywhere = accuracy_with_mean_gate(networks, where=~nowhere, **given)
    fixed = weight.clone()
    fixed[:, :HIDDEN] = 0
    fixed[:, :HIDDEN, -1] = torch.logit(gates.mean((0, 3)))
    _, _, last = run(fixed)
    assert everywhere.item() == accuracy(readout, last, target)
    assert everywhere.item() < 0.6


def test_what_a_gate_keeps_is_found_on_the_tape():
    tape, _, _ = run(selective_network()[0])
    assert forget_gates(LSTM(), tape).min().item() == pytest.approx(1 / (1 + np.exp(-20)), rel=1e-12)


def test_hidden_states_that_are_not_the_filtered_cell_state_are_told_by_how_much():
    tape, _, _ = run(selective_network()[0])
    assert filter_error(LSTM(), tape).item() < 1e-15
    tape.state[4, 0, 2, 7] += 0.25
    assert filter_error(LSTM(), tape).item() == pytest.approx(0.25, abs=1e-12)
