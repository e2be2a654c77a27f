import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring.gate_measures import (
    measure_decoding,
    measure_gates,
    measure_read_outs,
    measure_selectivity,
    measure_trace,
    shown_sequences,
)
from gradient_horizon.measuring.interventions import accuracy_with_mean_gates
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.tasks.adding import Adding
from gradient_horizon.tasks.recall import CUE, SYMBOLS, Recall
from gradient_horizon.tasks.selective_recall import MARK, SelectiveRecall

LENGTH, HIDDEN, BATCH = 12, 8, 64
WRITE, KEEP, SHOW, CANDIDATE = (slice(block * HIDDEN, (block + 1) * HIDDEN) for block in range(4))


def recalling_network(gap, cue):
    """An LSTM that writes the first symbol and keeps it; its output gate is `gap`, and at the cue `cue`."""
    weight = torch.zeros(1, 4 * HIDDEN, HIDDEN + Recall.inputs + 1, dtype=torch.float64)
    weight[0, WRITE, HIDDEN : HIDDEN + SYMBOLS], weight[0, WRITE, -1] = 40, -20
    weight[0, KEEP, -1] = 20
    closed, opened = (torch.logit(torch.tensor(gate, dtype=torch.float64)) for gate in (gap, cue))
    weight[0, SHOW, -1], weight[0, SHOW, HIDDEN + CUE] = closed, opened - closed
    weight[0, CANDIDATE, HIDDEN : HIDDEN + SYMBOLS] = 2 * torch.eye(SYMBOLS)
    readout = torch.cat([20 * torch.eye(SYMBOLS), torch.zeros(SYMBOLS, 1)], dim=1).double().unsqueeze(0)
    return weight, readout


def measured(task, cell, weight, readout):
    batches = [task.sample(LENGTH, BATCH, generator=np.random.default_rng(seed)) for seed in range(len(weight))]
    inputs = torch.from_numpy(np.stack([batch.inputs for batch in batches], axis=1)).double()
    target = torch.from_numpy(np.stack([batch.target for batch in batches]))
    return Networks(cell, weight, readout, record(cell, weight, inputs), target, task)


def hiding(gap, cue, small_run):
    networks = measured(Recall(), LSTM(), *recalling_network(gap, cue))
    spec = small_run(cell="lstm", length=LENGTH, hidden_size=HIDDEN)
    values = measure_gates(networks) | measure_read_outs(networks) | measure_decoding(networks, spec)
    return {name: value.item() for name, value in values.items()}


def test_an_output_gate_that_is_all_but_shut_in_the_gap_hides_what_c_knows(small_run):
    found = hiding(0.01, 0.99, small_run)
    assert found["output_gate_gap"] == pytest.approx(0.01, rel=1e-9)
    assert found["output_gate_cue"] == pytest.approx(0.99, rel=1e-9)
    kept = np.tanh(np.tanh(2))  # c, in the unit of the symbol; others are 0
    for name, gate in (("read_out_gap", 0.01), ("read_out_end", 0.99)):
        right = np.exp(20 * gate * kept)
        assert found[name] == pytest.approx(right / (right + SYMBOLS - 1), rel=1e-6)
    assert found["read_out_gap"] < 0.15 < 0.99 < found["read_out_end"]
    assert found["decoded_hidden"] < 0.35
    assert found["decoded_memory"] == 1


@pytest.mark.parametrize("gate", [0.01, 0.99])
def test_an_output_gate_that_is_the_same_in_the_gap_and_at_the_cue_hides_nothing(gate, small_run):
    found = hiding(gate, gate, small_run)
    assert found["read_out_gap"] == pytest.approx(found["read_out_end"], rel=1e-6)
    assert found["decoded_hidden"] == found["decoded_memory"] == 1


def test_regression_has_no_right_class_and_a_cell_without_output_gate_no_gate_at_the_cue():
    cell = registries.load(registries.CELLS, "cell", "gru")()
    weight = torch.zeros(1, *Layout(cell, HIDDEN, Adding.inputs).shape, dtype=torch.float64)
    networks = measured(Adding(), cell, weight, torch.zeros(1, 1, HIDDEN + 1, dtype=torch.float64))
    values = measure_read_outs(networks) | measure_gates(networks)
    for name in ("read_out_gap", "read_out_end", "output_gate_cue", "output_gate_gap"):
        assert values[name].isnan().all(), name


def random_networks(name, networks=2):
    cell, draw = registries.load(registries.CELLS, "cell", name)(), torch.Generator().manual_seed(0)
    layout = Layout(cell, HIDDEN, SelectiveRecall.inputs)
    weight = torch.randn(networks, *layout.shape, generator=draw, dtype=torch.float64)
    weight *= 1 if layout.free is None else torch.from_numpy(layout.free)
    readout = torch.randn(networks, SYMBOLS, HIDDEN + 1, generator=draw, dtype=torch.float64)
    return measured(SelectiveRecall(), cell, weight, readout)


def test_both_gates_are_replaced_together_or_the_only_one_that_there_is():
    for name, roles in (("lstm", ["write", "keep"]), ("gru", ["keep"]), ("lstm-forget-open", ["write"]), ("tanh", [])):
        networks = random_networks(name)
        marked = networks.recording.inputs[:, :, MARK] == 1
        found = measure_selectivity(networks, marked)["writing_and_keeping_mean_marked"]
        if roles:
            assert found.tolist() == accuracy_with_mean_gates(networks, roles=roles, where=marked).tolist()
        else:
            assert found.isnan().all()
    assert measure_selectivity(networks, None)["writing_and_keeping_mean_marked"].isnan().all()


def test_the_sequence_that_is_shown_is_the_first_whose_last_mark_is_in_the_middle_half():
    marked = torch.zeros(8, 3, 4, dtype=torch.bool)
    marked[0, :, 0] = marked[1, :, 1] = marked[7, :, 1] = True
    marked[0, 0, 2] = marked[5, 0, 2] = marked[3, 1, 3] = marked[2, 2, 0] = True
    assert shown_sequences(marked).tolist() == [2, 3, 0]
    assert shown_sequences(marked[..., :2]).tolist() == [0, 0, 0]  # none but the last network's has one


def test_a_trace_follows_the_shown_sequence_of_each_network():
    networks, shown = random_networks("lstm"), torch.tensor([5, 9])
    traces = measure_trace(networks, shown)
    for network, sequence in enumerate(shown.tolist()):
        gates, hidden = networks.recording.gates, networks.recording.hidden[:, network, :, sequence]
        for name, role in (("trace_writing", "write"), ("trace_keeping", "keep")):
            torch.testing.assert_close(traces[name][network], gates[role][:, network, :, sequence].mean(1))
        logits = hidden @ networks.readout[network, :, :-1].T + networks.readout[network, :, -1]
        right = torch.softmax(logits, dim=1)[:, networks.target[network, sequence]]
        torch.testing.assert_close(traces["trace_confidence"][network], right)
