import math

import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring.measure import measure
from gradient_horizon.remedies.base import Change
from gradient_horizon.seeding import generator
from gradient_horizon.training.assembly import build_changes
from gradient_horizon.training.ensemble import Ensemble
from gradient_horizon.training.loop import train
from gradient_horizon.training.outcome import DIVERGENCE_RATIO, RunStatus
from gradient_horizon.training.starts import initial_weights

EXPLODING = {
    "cell": "relu",
    "changes": (("orthogonal", {"gain": 3.0}),),
    "length": 10,
    "optimiser": "sgd",
    "updates": 40,
    "evaluate_every": 10,
}
TORCH = {
    "adam": (torch.optim.Adam, {}),
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (torch.optim.RMSprop, {"alpha": 0.9}),
}
PER_UPDATE = ("loss", "gradient_norm", "limited_gradient_norm", "update_ratio")


def test_network_that_explodes_is_recorded_as_diverged_at_its_update_and_not_raised(small_run):
    result = train(small_run(**EXPLODING, learning_rates=(10.0,)))
    (outcome,) = result.outcomes
    assert outcome.status is RunStatus.DIVERGED
    assert 1 <= outcome.update < 10
    for name in PER_UPDATE:
        assert not np.isnan(result.history[name][: outcome.update - 1]).any()
        assert np.isnan(result.history[name][outcome.update :]).all()
    assert np.isnan(result.history["evaluation_loss"]).all()
    assert np.isnan(result.networks["half.recurrent"]).all()
    assert math.isnan(outcome.accuracy)


def test_networks_beside_one_that_explodes_train_on_as_if_alone(small_run):
    gentle, wild, pilot = 1e-9, 10.0, 1_000_000
    together = train(small_run(**EXPLODING, learning_rates=(gentle, wild), pilot_seeds=(pilot,)))
    alone = train(small_run(**EXPLODING, learning_rates=(gentle,)))
    assert [(o.seed, o.learning_rate, o.status) for o in together.outcomes] == [
        (0, gentle, RunStatus.UNSOLVED),
        (0, wild, RunStatus.DIVERGED),
        (pilot, gentle, RunStatus.UNSOLVED),
        (pilot, wild, RunStatus.DIVERGED),
    ]
    assert np.isfinite(together.history["loss"][:, 0]).all()
    np.testing.assert_array_equal(together.history["loss"][:, 0], alone.history["loss"][:, 0])
    np.testing.assert_array_equal(together.networks["final.recurrent"][0], alone.networks["final.recurrent"][0])


def test_finite_network_whose_parameters_outgrow_the_limit_has_diverged(small_run):
    result = train(small_run(learning_rates=(1000.0,)))
    assert (result.outcomes[0].status, result.outcomes[0].update) == (RunStatus.DIVERGED, 1)
    assert np.isfinite(result.history["loss"][0, 0])
    norms = [
        math.hypot(*(np.linalg.norm(result.networks[f"{stage}.{part}"][0]) for part in ("recurrent", "readout")))
        for stage in ("initial", "final")
    ]
    assert norms[1] > DIVERGENCE_RATIO * norms[0]


class HardlyAnyInput(Change):
    """States of about 1e-20 times their usual size, while gradients are what the recurrent matrix makes them."""

    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight[:, layout.hidden :] *= 1e-20


def test_gradient_that_is_not_finite_has_diverged_even_if_clipping_makes_it_finite(small_run):
    exploding = (("identity", {"gain": 92.0}), (f"{__name__}:HardlyAnyInput", {}))  # dL/dh of the first step is 92^20
    for clip in (("clip-elementwise", {"threshold": 0.01}), ("clip-norm", {"threshold": 1.0})):
        result = train(small_run(cell="linear", length=21, changes=(*exploding, clip)))
        history = result.history
        assert np.isinf(history["gradient_norm"][0, 0])
        assert np.isfinite([history[name][0, 0] for name in ("loss", "limited_gradient_norm", "update_ratio")]).all()
        assert np.isnan(history["gradient_norm"][1:]).all()
        assert (result.outcomes[0].status, result.outcomes[0].update) == (RunStatus.DIVERGED, 1)


def test_networks_that_stay_keep_their_own_initial_norm_as_the_measure_of_divergence(small_run):
    ensemble = Ensemble(small_run(seeds=(0, 1, 2)))
    of_each = ensemble.population.initial_norm.tolist()
    assert len(set(of_each)) == 3
    ensemble.retire([0], RunStatus.DIVERGED, 1)
    assert ensemble.population.initial_norm.tolist() == of_each[1:]


def test_solved_network_leaves_at_the_first_evaluation_that_meets_the_criterion(small_run):
    result = train(small_run(length=2, learning_rates=(0.01,), updates=200, evaluate_every=10))
    (outcome,) = result.outcomes
    accuracy = result.history["evaluation_accuracy"][:, 0]
    last = outcome.update // 10 - 1
    assert outcome.status is RunStatus.SOLVED
    assert outcome.update % 10 == 0
    assert outcome.update < 200
    assert accuracy[last] == pytest.approx(outcome.accuracy)
    assert outcome.accuracy >= 0.95
    assert (accuracy[:last] < 0.95).all()
    assert np.isnan(accuracy[last + 1 :]).all()
    assert np.isnan(result.history["loss"][outcome.update :]).all()
    assert np.isfinite(result.history["loss"][: outcome.update]).all()


def test_unsolved_network_reports_the_budget_and_its_last_evaluation(small_run):
    result = train(small_run(updates=25, evaluate_every=10))
    (outcome,) = result.outcomes
    assert (outcome.status, outcome.update) == (RunStatus.UNSOLVED, 25)
    assert result.history["evaluation_loss"].shape == (3, 1)
    assert outcome.loss == pytest.approx(result.history["evaluation_loss"][2, 0])
    assert np.isfinite(result.history["evaluation_loss"]).all()


def test_clipped_norms_obey_the_threshold_and_norms_before_clipping_are_kept(small_run):
    threshold = 0.3
    clipped = train(small_run(changes=(("clip-norm", {"threshold": threshold}),))).history
    free = train(small_run()).history
    before, after = clipped["gradient_norm"], clipped["limited_gradient_norm"]
    above = before > threshold
    assert 0 < above.sum() < above.size
    np.testing.assert_allclose(after[above], threshold, rtol=1e-6)
    np.testing.assert_array_equal(after[~above], before[~above])
    assert before[0, 0] == free["gradient_norm"][0, 0]
    np.testing.assert_array_equal(free["gradient_norm"], free["limited_gradient_norm"])


def test_window_of_truncation_reaches_the_engine(small_run):
    changes = (("truncation", {"window": 2}),)
    hidden = train(small_run(changes=changes)).history["hidden_gradient"]
    assert hidden.shape == (4, 6, 1)
    assert (hidden[:, :4] == 0).all()
    assert (hidden[:, 4:] > 0).all()


def test_hidden_gradients_are_recorded_at_the_first_of_every_so_many_updates(small_run):
    every = train(small_run(updates=10, hidden_gradients_every=1)).history["hidden_gradient"]
    sparse = train(small_run(updates=10, hidden_gradients_every=4)).history["hidden_gradient"]
    np.testing.assert_array_equal(sparse, every[::4])
    assert not np.array_equal(every[0], every[1])


def test_saved_stages_are_the_initial_weights_the_weights_at_half_the_budget_and_the_last(small_run):
    spec = small_run(cell="gru", seeds=(3, 4))
    whole, half = train(spec), train(small_run(cell="gru", seeds=(3, 4), updates=30))
    cell = registries.load(registries.CELLS, "cell", "gru")()
    task = registries.load(registries.TASKS, "task", "recall")()
    for place, seed in enumerate(spec.seeds):
        layout = Layout(cell, spec.hidden_size, task.inputs)
        weights = initial_weights(layout, task.outputs, (), length=spec.length, seed=seed)
        for part in ("recurrent", "readout"):
            saved = {stage: whole.networks[f"{stage}.{part}"][place] for stage in ("initial", "half", "final")}
            np.testing.assert_array_equal(saved["initial"], getattr(weights, part).astype(np.float32))
            np.testing.assert_array_equal(saved["half"], half.networks[f"final.{part}"][place])
            assert not np.array_equal(saved["half"], saved["final"])
        assert (whole.networks["final.recurrent"][place][~layout.free] == 0).all()
    assert whole.parameters == layout.parameters + 8 * 33


class TorchTwin:
    """The same network and data, trained by torch's own layers, autograd, optimisers and clipping."""

    def __init__(self, spec):
        self.spec = spec
        self.task = registries.load(registries.TASKS, "task", spec.task)()
        layout = Layout(registries.load(registries.CELLS, "cell", "tanh")(), spec.hidden_size, self.task.inputs)
        weights = initial_weights(
            layout, self.task.outputs, build_changes(spec.changes), length=spec.length, seed=spec.seeds[0]
        )
        hidden = spec.hidden_size
        recurrent, readout = (torch.from_numpy(w).to(torch.float32) for w in weights)
        self.layer = torch.nn.RNN(self.task.inputs, hidden)
        self.head = torch.nn.Linear(hidden, self.task.outputs)
        with torch.no_grad():
            self.layer.weight_hh_l0.copy_(recurrent[:, :hidden])
            self.layer.weight_ih_l0.copy_(recurrent[:, hidden:-1])
            self.layer.bias_ih_l0.copy_(recurrent[:, -1])
            self.layer.bias_hh_l0.zero_().requires_grad_(False)  # ours has one bias
            self.head.weight.copy_(readout[:, :-1])
            self.head.bias.copy_(readout[:, -1])
        self.parameters = [p for module in (self.layer, self.head) for p in module.parameters() if p.requires_grad]
        algorithm, options = TORCH[spec.optimiser]
        self.optimiser = algorithm(self.parameters, lr=spec.learning_rates[0], **options)

    def train(self, threshold: float) -> tuple[list[float], list[float]]:
        stream = generator(self.spec.seeds[0], "training data")
        losses, norms = [], []
        for _ in range(self.spec.updates):
            batch = self.task.sample(self.spec.length, self.spec.batch_size, generator=stream)
            outputs, _ = self.layer(torch.from_numpy(batch.inputs).transpose(1, 2))
            read = outputs[self.task.unasked_steps :] if self.task.every_step else outputs[-1:]
            answer, target = self.head(read).flatten(0, 1), torch.from_numpy(self.task.answers(batch)).flatten()
            if self.task.loss == "cross-entropy":
                loss = torch.nn.functional.cross_entropy(answer, target)
            else:
                loss = torch.nn.functional.mse_loss(answer[:, 0], target)
            self.optimiser.zero_grad()
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(self.parameters, threshold).item())
            self.optimiser.step()
            losses.append(loss.item())
        return losses, norms


@pytest.mark.parametrize(("task", "length"), [("recall", 6), ("recall-throughout", 6), ("adding", 6), ("copying", 24)])
@pytest.mark.parametrize(
    ("optimiser", "rate"), [("adam", 0.001), ("sgd", 0.5), ("momentum", 0.03), ("nesterov", 0.02), ("rmsprop", 0.001)]
)
def test_training_equals_torch_layers_autograd_optimiser_and_clipping(small_run, task, length, optimiser, rate):
    threshold = 0.2
    spec = small_run(
        task=task,
        length=length,
        optimiser=optimiser,
        learning_rates=(rate,),
        seeds=(5,),
        updates=8,
        changes=(("orthogonal", {"gain": 1.0}), ("clip-norm", {"threshold": threshold})),
    )
    ours, twin = train(spec), TorchTwin(spec)
    losses, norms = twin.train(threshold)
    assert min(norms) > threshold
    np.testing.assert_allclose(ours.history["loss"][:, 0], losses, rtol=2e-5)
    np.testing.assert_allclose(ours.history["gradient_norm"][:, 0], norms, rtol=2e-4)
    layer, head = twin.layer, twin.head
    recurrent = torch.cat([layer.weight_hh_l0, layer.weight_ih_l0, layer.bias_ih_l0[:, None]], dim=1).detach()
    readout = torch.cat([head.weight, head.bias[:, None]], dim=1).detach()
    np.testing.assert_allclose(ours.networks["final.recurrent"][0], recurrent, atol=2e-5)
    np.testing.assert_allclose(ours.networks["final.readout"][0], readout, atol=2e-5)
    moved = np.abs(ours.networks["final.recurrent"] - ours.networks["initial.recurrent"]).max()
    assert moved > 100 * 2e-5


def test_update_ratio_is_the_length_of_the_step_over_that_of_the_parameters(small_run):
    result = train(small_run(updates=1))
    old, new = (
        np.concatenate([result.networks[f"{stage}.{part}"][0].ravel() for part in ("recurrent", "readout")])
        for stage in ("initial", "final")
    )
    assert result.history["update_ratio"][0, 0] == pytest.approx(np.linalg.norm(new - old) / np.linalg.norm(old), 1e-4)


def test_evaluation_is_on_fresh_sequences_of_the_seeds_own_stream(small_run):
    spec = small_run(seeds=(5,), updates=3, evaluate_every=1, batch_size=16, evaluation_sequences=64)
    result, twin = train(spec), TorchTwin(spec)
    twin.train(math.inf)
    with torch.no_grad():
        fresh = twin.task.sample_evaluation(6, 64, generator=generator(5, "evaluation data", 3))
        answer = twin.head(twin.layer(torch.from_numpy(fresh.inputs).transpose(1, 2))[0][-1])
    target = torch.from_numpy(fresh.target)
    expected = torch.nn.functional.cross_entropy(answer, target).item()
    assert result.history["evaluation_loss"][2, 0] == pytest.approx(expected, rel=1e-4)
    share = (answer.argmax(1) == target).double().mean().item()
    assert result.history["evaluation_accuracy"][2, 0] == pytest.approx(share)


def test_answers_at_every_step_are_judged_by_the_loss_of_all_and_the_accuracy_of_those_recalled(small_run):
    spec = small_run(task="copying", length=24, seeds=(5,), updates=40, evaluate_every=40, learning_rates=(0.01,))
    result, twin = train(spec), TorchTwin(spec)
    twin.train(math.inf)
    fresh = twin.task.sample_evaluation(24, 64, generator=generator(5, "evaluation data", 40))
    with torch.no_grad():
        answer = twin.head(twin.layer(torch.from_numpy(fresh.inputs).transpose(1, 2))[0])
    target = torch.from_numpy(twin.task.answers(fresh))
    expected = torch.nn.functional.cross_entropy(answer.flatten(0, 1), target.flatten()).item()
    assert result.history["evaluation_loss"][0, 0] == pytest.approx(expected, rel=1e-3)
    right = (answer.argmax(2) == target).double()
    assert result.history["evaluation_accuracy"][0, 0] == pytest.approx(right[-10:].mean().item(), abs=0.01)
    assert right[:-10].mean() > 0.9 > right[-10:].mean()


def test_recall_throughout_is_judged_by_loss_and_accuracy_after_every_step_but_the_first(small_run):
    run = {"seeds": (5,), "updates": 20, "evaluate_every": 20, "learning_rates": (0.003,)}
    spec = small_run(task="recall-throughout", **run)
    result, twin = train(spec), TorchTwin(spec)
    twin.train(math.inf)
    fresh = twin.task.sample_evaluation(6, 64, generator=generator(5, "evaluation data", 20))
    with torch.no_grad():
        answer = twin.head(twin.layer(torch.from_numpy(fresh.inputs).transpose(1, 2))[0][1:])
    target = torch.from_numpy(fresh.target).expand(5, 64)
    expected = torch.nn.functional.cross_entropy(answer.flatten(0, 1), target.flatten()).item()
    assert result.history["evaluation_loss"][0, 0] == pytest.approx(expected, rel=1e-3)
    right = (answer.argmax(2) == target).double()
    assert result.history["evaluation_accuracy"][0, 0] == pytest.approx(right.mean().item(), abs=0.01)
    assert right[0].mean() > right[-1].mean() + 0.1


@pytest.mark.parametrize(("task", "length", "classes"), [("copying", 24, 9), ("recall-throughout", 24, 8)])
def test_measures_of_a_task_with_answers_at_every_step_take_the_loss_at_the_last(small_run, task, length, classes):
    spec = small_run(task=task, length=length, updates=1)
    measures = measure(spec, [0.001], train(spec).networks)
    assert measures["loss"][0, 0] == pytest.approx(math.log(classes), abs=0.3)
    assert (measures["profile"][0, 0] > 0).all()
    assert measures["profile"].shape == (3, 1, 24)
