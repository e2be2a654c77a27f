import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring.ablation import context_ablation
from gradient_horizon.measuring.losses import cross_entropy, mean_squared_error
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.seeding import generator
from gradient_horizon.tasks.adding import Adding
from gradient_horizon.tasks.recall import SYMBOLS, Recall

LENGTH, BATCH = 9, 16


def load(name):
    return registries.load(registries.CELLS, "cell", name)()


def test_a_perfect_network_loses_recall_exactly_when_the_first_step_is_replaced():
    batch = Recall().sample(LENGTH, BATCH, generator=generator(0, "test"))
    inputs, target = torch.from_numpy(batch.inputs)[:, None].double(), torch.from_numpy(batch.target)[None]
    weight = torch.zeros(1, SYMBOLS, SYMBOLS + Recall.inputs + 1, dtype=torch.float64)
    weight[0, :, :SYMBOLS] = torch.eye(SYMBOLS)  # h keeps what it has
    weight[0, :, SYMBOLS : 2 * SYMBOLS] = torch.eye(SYMBOLS)  # and adds the symbol
    margin = 50.0
    readout = torch.cat([margin * torch.eye(SYMBOLS), torch.zeros(SYMBOLS, 1)], dim=1)[None].double()
    recording = record(load("linear"), weight, inputs)
    contexts = (0, 1, 4, LENGTH - 1, LENGTH)
    rise = context_ablation(Networks(load("linear"), weight, readout, recording, target, Recall()), contexts)
    wrong = (batch.target != torch.from_numpy(batch.target).roll(-1).numpy()).mean()
    assert 0.5 < wrong < 1
    assert rise[:, 0].tolist() == pytest.approx([margin * wrong] * 4 + [0.0], rel=1e-12, abs=1e-12)


def test_a_network_that_sees_only_the_last_step_loses_nothing_but_that():
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(LENGTH, 1, 2, BATCH, generator=draw, dtype=torch.float64)
    weight = torch.zeros(1, 2, 5, dtype=torch.float64)
    weight[0, :, 2:4] = torch.eye(2)
    readout = torch.tensor([[[1.0, 0.0, 0.0]]], dtype=torch.float64)
    target = inputs[-1, :, 0]
    recording = record(load("linear"), weight, inputs)
    rise = context_ablation(Networks(load("linear"), weight, readout, recording, target, Adding()), range(LENGTH + 1))
    expected = (target[0] - target[0].roll(-1)).square().mean().item()
    assert rise[:, 0].tolist() == pytest.approx([expected] + [0.0] * LENGTH, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("task", [Recall(), Adding()], ids=lambda task: task.loss)
@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_ablation_is_a_run_on_inputs_replaced_by_those_of_the_next_sequence(name, task):
    draw, cell, hidden, networks = torch.Generator().manual_seed(1), load(name), 5, 2
    layout, outputs = Layout(cell, hidden, 3), 4 if task.loss == "cross-entropy" else 1
    weight = torch.randn(networks, *layout.shape, generator=draw, dtype=torch.float64)
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    readout = torch.randn(networks, outputs, hidden + 1, generator=draw, dtype=torch.float64)
    inputs = torch.randn(LENGTH, networks, 3, BATCH, generator=draw, dtype=torch.float64)
    target = torch.randint(4, (networks, BATCH), generator=draw)
    recording = record(cell, weight, inputs)
    contexts = (0, 2, 5, LENGTH)
    rise = context_ablation(Networks(cell, weight, readout, recording, target, task), contexts)
    losses = {}
    for context in (*contexts, LENGTH):
        replaced = inputs.clone()
        replaced[: LENGTH - context] = inputs[: LENGTH - context, :, :, [*range(1, BATCH), 0]]
        last = record(cell, weight, replaced).last
        output = readout[:, :, :-1] @ last + readout[:, :, -1:]
        losses[context] = (cross_entropy if outputs == 4 else mean_squared_error)(output, target)[0]
    for place, context in enumerate(contexts):
        torch.testing.assert_close(rise[place], losses[context] - losses[LENGTH], rtol=1e-10, atol=1e-12)
    assert rise[0].abs().min() > 1e-3


@pytest.mark.parametrize("context", [-1, LENGTH + 1])
def test_a_context_outside_the_sequence_is_refused(context):
    cell, weight = load("linear"), torch.zeros(1, 1, 3, dtype=torch.float64)
    recording = record(cell, weight, torch.zeros(LENGTH, 1, 1, 2, dtype=torch.float64))
    readout, target = torch.ones(1, 1, 2, dtype=torch.float64), torch.zeros(1, 2, dtype=torch.float64)
    with pytest.raises(ValueError, match="context must be from 0 to the 9 steps"):
        context_ablation(Networks(cell, weight, readout, recording, target, Adding()), (context,))
