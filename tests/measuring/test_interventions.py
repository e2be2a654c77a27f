import numpy as np
import pytest
import torch

from gradient_horizon.cells.lstm import LSTM, InputOpenLSTM
from gradient_horizon.measuring.gates import filter_error
from gradient_horizon.measuring.interventions import accuracy_with_mean_gates, gate_opening
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
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
    strengths = torch.linspace(2, 3, SYMBOLS, dtype=torch.float64)  # unequal, so that no two outputs tie
    weight[0, rows[CANDIDATE], HIDDEN : HIDDEN + SYMBOLS] = torch.diag(strengths)
    readout = torch.cat([torch.eye(SYMBOLS), torch.zeros(SYMBOLS, 1)], dim=1).double().unsqueeze(0)
    return weight, readout


def run(weight):
    batch = SelectiveRecall().sample(LENGTH, BATCH, generator=np.random.default_rng(1))
    recording = record(LSTM(), weight, torch.from_numpy(batch.inputs).double().unsqueeze(1))
    return recording, torch.from_numpy(batch.target).unsqueeze(0)


def accuracy(readout, last, target):
    return ((readout[:, :, :-1] @ last + readout[:, :, -1:]).argmax(1) == target).double().mean().item()


def test_a_gate_that_takes_its_mean_everywhere_is_a_network_whose_gate_has_no_weights_but_that_bias():
    weight, readout = selective_network()
    recording, target = run(weight)
    assert accuracy(readout, recording.last, target) == 1
    nowhere = torch.zeros(LENGTH, 1, BATCH, dtype=torch.bool)
    networks = Networks(LSTM(), weight, readout, recording, target, SelectiveRecall())
    assert accuracy_with_mean_gates(networks, roles=["write"], where=nowhere).item() == 1
    everywhere = accuracy_with_mean_gates(networks, roles=["write"], where=~nowhere)
    fixed = weight.clone()
    fixed[:, :HIDDEN] = 0
    fixed[:, :HIDDEN, -1] = torch.logit(recording.gates["write"].mean((0, 3)))
    assert everywhere.item() == accuracy(readout, run(fixed)[0].last, target)
    assert everywhere.item() < 0.6


@pytest.mark.parametrize(
    "roles", [{"write": WRITING}, {"keep": KEEPING}, {"write": WRITING, "keep": KEEPING}], ids=",".join
)
def test_gates_that_take_their_means_at_some_steps_are_an_lstm_s_loop_with_these_gates_there(roles):
    draw = torch.Generator().manual_seed(0)
    networks, count, symbols = 2, 300, SelectiveRecall.outputs
    weight = torch.randn(networks, 4 * HIDDEN, HIDDEN + 4, generator=draw, dtype=torch.float64)
    readout = torch.randn(networks, symbols, HIDDEN + 1, generator=draw, dtype=torch.float64)
    inputs = torch.randn(LENGTH, networks, 3, count, generator=draw, dtype=torch.float64)
    target = torch.randint(symbols, (networks, count), generator=draw)
    where = torch.rand(LENGTH, networks, count, generator=draw) < 0.5
    recording = record(LSTM(), weight, inputs)
    means = {rows: recording.gates[role].mean((0, 3))[..., None] for role, rows in roles.items()}
    h = c = torch.zeros(networks, HIDDEN, count, dtype=torch.float64)
    for x, replaced in zip(inputs, where, strict=True):
        pre = weight @ torch.cat([h, x, torch.ones_like(x[:, :1])], dim=1)
        gates = list(torch.sigmoid(pre[:, : 3 * HIDDEN]).split(HIDDEN, dim=1))
        for rows, mean in means.items():
            gates[rows] = torch.where(replaced[:, None], mean, gates[rows])
        c = gates[KEEPING] * c + gates[WRITING] * torch.tanh(pre[:, 3 * HIDDEN :])
        h = gates[SHOWING] * torch.tanh(c)
    expected = ((readout[:, :, :-1] @ h + readout[:, :, -1:]).argmax(1) == target).double().mean(1)
    measured = Networks(LSTM(), weight, readout, recording, target, SelectiveRecall())
    assert accuracy_with_mean_gates(measured, roles=roles, where=where).tolist() == expected.tolist()
    assert expected.tolist() != measured.judge(recording.last)[1].tolist()


def test_a_gate_that_the_cell_does_not_have_cannot_be_replaced():
    recording, target = run(selective_network()[0])
    nothing = torch.zeros(LENGTH, 1, BATCH, dtype=torch.bool)
    networks = Networks(InputOpenLSTM(), *selective_network(), recording, target, SelectiveRecall())
    with pytest.raises(ValueError, match="role must be that of a gate of the cell, got 'write'"):
        accuracy_with_mean_gates(networks, roles=["keep", "write"], where=nothing)


def test_what_a_gate_keeps_is_recorded():
    recording, _ = run(selective_network()[0])
    assert recording.gates["keep"].min().item() == pytest.approx(1 / (1 + np.exp(-20)), rel=1e-12)


def test_hidden_states_that_are_not_the_filtered_cell_state_are_told_by_how_much():
    recording, _ = run(selective_network()[0])
    assert filter_error(recording).item() < 1e-15
    recording.hidden[3, 0, 2, 7] += 0.25
    assert filter_error(recording).item() == pytest.approx(0.25, abs=1e-12)
