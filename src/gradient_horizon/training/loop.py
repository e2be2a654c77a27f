"""The one training loop: all seeds and learning rates of a run, side by side, each on its own."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon import registries
from gradient_horizon.engine.axes import PerNetwork, State, States, Weights
from gradient_horizon.engine.cell import Cell, Layout
from gradient_horizon.engine.segments import Sequences
from gradient_horizon.remedies.base import Change
from gradient_horizon.remedies.cayley import Cayley
from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Batch, Task
from gradient_horizon.training.checkpoints import Checkpoint
from gradient_horizon.training.losses import LOSSES
from gradient_horizon.training.optimisers import OPTIMISERS
from gradient_horizon.training.starts import initial_weights

DIVERGENCE_RATIO = 100.0
"""A network whose parameters' norm passes this many times its initial value has diverged."""

SECONDS_BETWEEN_REPORTS = 5.0

DTYPES = {"float32": torch.float32, "float64": torch.float64}


class RunStatus(StrEnum):
    """How a network ended."""

    SOLVED = "solved"  # met the task's criterion on fresh sequences
    UNSOLVED = "unsolved"  # used up the budget without meeting it
    DIVERGED = "diverged"  # loss or gradient not finite, or parameters past DIVERGENCE_RATIO


@dataclass(frozen=True)
class NetworkOutcome:
    """What became of one network; `update` is that of solution or divergence, or the budget."""

    seed: int
    judged: bool
    learning_rate: float
    status: RunStatus
    update: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class TrainingResult:
    """Everything a training job leaves.

    `parameters` is the size of a network, read-out and biases included; `recurrent_weights` that of the matrices on h
    and x alone.
    `networks` holds the weights of every network at three moments, "initial", "half" (of the budget; NaN for
    networks that had left) and "final" (when it left): arrays "moment.recurrent" [network row column] and
    "moment.readout" [network output column]. `history` holds, NaN once a network has left: per update [update
    network] "loss", "gradient_norm", "limited_gradient_norm" (after clipping) and "update_ratio" (norm of the
    step over norm of the parameters); per record [record time network] "hidden_gradient"; per evaluation
    [evaluation network] "evaluation_loss" and "evaluation_accuracy".
    """

    outcomes: tuple[NetworkOutcome, ...]
    chosen_learning_rate: float
    parameters: int
    recurrent_weights: int
    networks: dict[str, np.ndarray]
    history: dict[str, np.ndarray]


def train(
    spec: RunSpec, *, report: Callable[[str], None] = lambda line: None, checkpoint: Checkpoint | None = None
) -> TrainingResult:
    """Trains a run to the end of its budget, or until all its networks are solved or diverged.

    `report` receives a line of progress every few seconds. One thread; subnormal numbers are flushed to zero. Goes on
    from the state in `checkpoint`, where there is one, to the same bits as if it had never stopped.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    ensemble = Ensemble(spec)
    checkpoint = checkpoint or Checkpoint(None, spec)
    last = checkpoint.load()
    done = 0 if last is None else ensemble.restore(*last)
    if done:
        report(f"going on after update {done}")
    progress = _Progress(spec, report, done)
    for update in range(done + 1, spec.updates + 1):
        ensemble.update(update)
        if update == spec.updates // 2:
            ensemble.save("half")
        due = update % spec.evaluate_every == 0 or update == spec.updates
        if due:
            ensemble.evaluate(update)
        if due or not ensemble.alive:
            progress.show(update, ensemble)
        if not ensemble.alive:
            break
        if checkpoint.is_due:
            checkpoint.save(*ensemble.state(update))
    ensemble.retire(ensemble.alive, RunStatus.UNSOLVED, spec.updates)
    outcomes = tuple(ensemble.outcomes[network] for network in range(len(ensemble.members)))
    return TrainingResult(
        outcomes=outcomes,
        chosen_learning_rate=choose_learning_rate(outcomes),
        parameters=ensemble.size,
        recurrent_weights=ensemble.layout.product_weights,
        networks=ensemble.saved,
        history=ensemble.history,
    )


def choose_learning_rate(outcomes: Sequence[NetworkOutcome]) -> float:
    """The learning rate that served the selection seeds best: most solved, then soonest, then least final loss.

    Judged seeds have no say, unless there is only one learning rate.
    """
    rates = sorted({outcome.learning_rate for outcome in outcomes})

    def merit(rate: float) -> tuple[int, float, float, float]:
        trial = [o for o in outcomes if o.learning_rate == rate and not o.judged]
        solved = [o for o in trial if o.status is RunStatus.SOLVED]
        finite = all(o.status is not RunStatus.DIVERGED and np.isfinite(o.loss) for o in trial)
        loss = float(np.mean([o.loss for o in trial])) if finite else np.inf
        return (-len(solved), float(sum(o.update for o in solved)), loss, rate)

    return rates[0] if len(rates) == 1 else min(rates, key=merit)


@dataclass(frozen=True)
class Member:
    """One network: a seed at a learning rate."""

    seed: int
    judged: bool
    learning_rate: float


CARRIED = ("weight", "recurrent", "readout", "initial_norm")
"""The tensors of an ensemble that its next update starts from, beside those of the optimiser."""


class Ensemble:
    """The networks of a run that are still training, and the record of all."""

    def __init__(self, spec: RunSpec):
        self.spec = spec
        self.task: Task = registries.load(registries.TASKS, "task", spec.task)()
        self.changes = build_changes(spec)
        self.cell = build_cell(spec, self.changes)
        self.layout = self.cell.layout(spec.hidden_size, self.task.inputs)
        self.dtype = DTYPES[spec.precision]
        self.free = None if self.layout.free is None else torch.from_numpy(self.layout.free).to(self.dtype)
        self.loss = LOSSES[self.task.loss]
        self.window = next(filter(None, (change.backpropagation_window() for change in self.changes)), None)
        self.flow_penalty = sum((change.flow_penalty() for change in self.changes), start=0.0)
        self.members = tuple(
            Member(seed, seed in spec.seeds, rate)
            for seed in (*spec.seeds, *spec.selection_seeds)
            for rate in spec.learning_rates
        )
        self.alive = list(range(len(self.members)))
        self.streams = {member.seed: generator(member.seed, "training data") for member in self.members}
        initial = [
            initial_weights(self.layout, self.task.outputs, self.changes, length=spec.length, seed=member.seed)
            for member in self.members
        ]
        self.weight = torch.from_numpy(np.stack([weights.recurrent for weights in initial])).to(self.dtype)
        self.readout = torch.from_numpy(np.stack([weights.readout for weights in initial])).to(self.dtype)
        self.size = self.layout.parameters + initial[0].readout.size
        self.initial_norm = _norm((self.weight, self.readout))
        self.recurrent = self.weight.clone()
        self.parametrisation = build_parametrisation(self.recurrent, self.layout, self.changes)
        rates = torch.tensor([member.learning_rate for member in self.members])
        self.optimiser = OPTIMISERS[spec.optimiser](self.parameters, rates)
        self.outcomes: dict[int, NetworkOutcome] = {}
        self.last_evaluation = {network: (np.nan, np.nan) for network in self.alive}
        self.history = self._empty_history()
        self.saved: dict[str, np.ndarray] = {}
        for moment in ("initial", "half", "final"):
            for name, parameter in (("recurrent", self.weight), ("readout", self.readout)):
                self.saved[f"{moment}.{name}"] = np.full(parameter.shape, np.nan, dtype=spec.precision)
        self.save("initial")
        self._settle()

    @property
    def parameters(self) -> tuple[Tensor, Tensor]:
        """What the optimiser changes: recurrent weight, or what it is a function of, and read-out."""
        return self.recurrent, self.readout

    def update(self, update: int) -> None:
        """One update of every network; those that diverge leave."""
        hidden, target = self._run_forward(self._draw_training())
        loss, _, output_gradient = self.loss(torch.bmm(self.readout, hidden), target)
        readout_gradient = torch.bmm(output_gradient, hidden.transpose(1, 2))
        through = torch.bmm(self.readout[:, :, :-1].transpose(1, 2), output_gradient)
        back = self.sequences.backward(
            self.weight, self._by_step(through), window=self.window, free=self.free, flow_penalty=self.flow_penalty
        )
        if self.parametrisation is not None:
            self.parametrisation.pull_back(back.weight, self.recurrent)
        gradients = (back.weight, readout_gradient)
        norm = _norm(gradients)
        for change in self.changes:
            change.limit(gradients, norm)
        limited = _norm(gradients)
        before = self.weight, self.readout.clone()
        self.optimiser.step(self.parameters, gradients)
        self.weight = self._weight()
        after = self.weight, self.readout
        ratio = _norm([new - old for new, old in zip(after, before, strict=True)]) / _norm(before)
        record = {"loss": loss, "gradient_norm": norm, "limited_gradient_norm": limited, "update_ratio": ratio}
        for name, values in record.items():
            self.history[name][update - 1, self.alive] = values.numpy()
        if (update - 1) % self.spec.hidden_gradients_every == 0:
            self.history["hidden_gradient"][(update - 1) // self.spec.hidden_gradients_every, :, self.alive] = (
                back.hidden.T.numpy()
            )
        finite = torch.isfinite(loss) & torch.isfinite(norm)
        diverged = ~finite | ~(_norm(after) <= DIVERGENCE_RATIO * self.initial_norm)
        if diverged.any():
            gone = [network for network, is_gone in zip(self.alive, diverged.tolist(), strict=True) if is_gone]
            for network, value in zip(self.alive, loss.tolist(), strict=True):
                if network in gone:
                    self.last_evaluation[network] = (value, np.nan)
            self.retire(gone, RunStatus.DIVERGED, update)

    def evaluate(self, update: int) -> None:
        """Loss and accuracy of every network on fresh sequences; those that meet the criterion leave."""
        if not self.alive:
            return
        count, chunk = self.spec.evaluation_sequences, self.spec.batch_size
        drawn = {
            seed: self.task.sample_evaluation(
                self.spec.length, count, generator=generator(seed, "evaluation data", update)
            )
            for seed in self.seeds
        }
        parts = []
        for first in range(0, count, chunk):
            piece = slice(first, first + chunk)
            batches = {seed: Batch(b.inputs[:, :, piece], b.target[piece]) for seed, b in drawn.items()}
            hidden, target = self._run_forward(batches)
            output, recalled = torch.bmm(self.readout, hidden), -self.task.recalled_steps * chunk
            loss_of_all, _, _ = self.loss(output, target)
            _, accuracy_recalled, _ = self.loss(output[:, :, recalled:], target[:, recalled:])
            parts.append(torch.stack([loss_of_all, accuracy_recalled]))
        loss, accuracy = torch.stack(parts).mean(0).tolist()
        row = (update - 1) // self.spec.evaluate_every
        self.history["evaluation_loss"][row, self.alive] = loss
        self.history["evaluation_accuracy"][row, self.alive] = accuracy
        self.last_evaluation.update(zip(self.alive, zip(loss, accuracy, strict=True), strict=True))
        solved = [n for n in self.alive if self.task.is_solved(*self.last_evaluation[n])]
        self.retire(solved, RunStatus.SOLVED, update)

    def retire(self, networks: Sequence[int], status: RunStatus, update: int) -> None:
        """Records the outcome of these networks, saves them, and takes them out of the ensemble."""
        if not networks:
            return
        self.save("final", networks)
        for network in networks:
            member = self.members[network]
            self.outcomes[network] = NetworkOutcome(
                member.seed, member.judged, member.learning_rate, status, update, *self.last_evaluation[network]
            )
        self._keep([network for network in self.alive if network not in networks])

    def save(self, moment: str, networks: Sequence[int] | None = None) -> None:
        """Keeps a copy of the weights of these networks (all that are training) under this moment."""
        for place, network in enumerate(self.alive):
            if networks is None or network in networks:
                self.saved[f"{moment}.recurrent"][network] = self.weight[place].numpy()
                self.saved[f"{moment}.readout"][network] = self.readout[place].numpy()

    def state(self, update: int) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """All that training goes on from after this update: arrays, and facts that JSON can hold."""
        tensors = {name: getattr(self, name) for name in CARRIED}
        tensors |= {f"optimiser.{name}": value for name, value in self.optimiser.state().items()}
        arrays = {name: value.numpy() for name, value in tensors.items()}
        arrays |= {f"history.{name}": values for name, values in self.history.items()}
        arrays |= {f"saved.{name}": values for name, values in self.saved.items()}
        facts = {
            "update": update,
            "alive": self.alive,
            "outcomes": {network: asdict(outcome) for network, outcome in self.outcomes.items()},
            "last_evaluation": self.last_evaluation,
            "streams": {seed: stream.bit_generator.state for seed, stream in self.streams.items()},
        }
        return arrays, facts

    def restore(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> int:
        """Takes up a state that `state` gave, and returns the update after which it was taken.

        Copied, so that tensors lie in memory as torch aligns them: products may round differently elsewhere.
        """

        def part(name: str) -> dict[str, np.ndarray]:
            return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}

        self._keep(facts["alive"])
        for name in CARRIED:
            setattr(self, name, torch.tensor(arrays[name]))
        self.optimiser.restore({name: torch.tensor(array) for name, array in part("optimiser").items()})
        self.history, self.saved = part("history"), part("saved")
        self.outcomes = {
            int(network): NetworkOutcome(**outcome | {"status": RunStatus(outcome["status"])})
            for network, outcome in facts["outcomes"].items()
        }
        self.last_evaluation = {int(network): tuple(values) for network, values in facts["last_evaluation"].items()}
        for seed, state in facts["streams"].items():
            self.streams[int(seed)].bit_generator.state = state
        return int(facts["update"])

    def _keep(self, networks: Sequence[int]) -> None:
        """Takes all other networks out of the ensemble."""
        staying = torch.tensor([self.alive.index(network) for network in networks], dtype=torch.long)
        self.alive = list(networks)
        self.recurrent, self.weight, self.readout = (
            values[staying] for values in (self.recurrent, self.weight, self.readout)
        )
        if self.parametrisation is not None:
            self.parametrisation.keep(staying)
        self.initial_norm = self.initial_norm[staying]
        self.optimiser.keep(staying)
        self._settle()

    def _weight(self) -> Weights:
        """The recurrent weight that the networks run with."""
        return self.recurrent.clone() if self.parametrisation is None else self.parametrisation.weight(self.recurrent)

    def _settle(self) -> None:
        """Fits buffers to the networks that are training."""
        self.seeds = sorted({self.members[network].seed for network in self.alive})
        self.sequences = Sequences(
            self.cell,
            steps=self.spec.length,
            seeds=len(self.alive),
            hidden=self.spec.hidden_size,
            inputs=self.task.inputs,
            batch=self.spec.batch_size,
            dtype=self.dtype,
        )

    def _draw_training(self) -> dict[int, Batch]:
        length, count = self.spec.length, self.spec.batch_size
        return {seed: self.task.sample(length, count, generator=self.streams[seed]) for seed in self.seeds}

    def _run_forward(self, batches: dict[int, Batch]) -> tuple[Tensor, Tensor]:
        """The hidden states that are read out, with a row of ones, and the targets [network answer].

        Answers are the sequences of a batch, or those after step 1, after step 2, and so on.
        """
        own = [batches[self.members[network].seed] for network in self.alive]
        inputs = self.sequences.inputs.numpy()
        for place, batch in enumerate(own):
            inputs[:, place] = batch.inputs
        target = torch.from_numpy(np.stack([self.task.answers(batch).reshape(-1) for batch in own]))
        if self.task.every_step:
            seen = self.weight.new_ones(len(own), self.spec.hidden_size + 1, self.spec.length, self.spec.batch_size)
            self.sequences.forward(self.weight, states=seen[:, :-1].permute(2, 0, 1, 3))
            return seen.flatten(2), target
        hidden = self.sequences.forward(self.weight)
        ones = hidden.new_ones(hidden.shape[0], 1, hidden.shape[2])
        return torch.cat([hidden, ones], dim=1), target

    def _by_step(self, gradient: Float[Tensor, "seed feature answer"]) -> State | States:
        """The gradient of the hidden states that are read out, given answer by answer, as the engine takes it."""
        if not self.task.every_step:
            return gradient
        seeds, features, _ = gradient.shape
        return gradient.view(seeds, features, self.spec.length, self.spec.batch_size).permute(2, 0, 1, 3)

    def _empty_history(self) -> dict[str, np.ndarray]:
        def empty(*shape: int) -> np.ndarray:
            return np.full(shape, np.nan, dtype=self.spec.precision)

        spec, networks = self.spec, len(self.members)
        evaluations = -(-spec.updates // spec.evaluate_every)
        records = -(-spec.updates // spec.hidden_gradients_every)
        per_update = ("loss", "gradient_norm", "limited_gradient_norm", "update_ratio")
        return {
            **{name: empty(spec.updates, networks) for name in per_update},
            "evaluation_loss": empty(evaluations, networks),
            "evaluation_accuracy": empty(evaluations, networks),
            "hidden_gradient": empty(records, spec.length, networks),
        }


def build_changes(spec: RunSpec) -> tuple[Change, ...]:
    """The changes that a run carries, from its spec."""
    return tuple(registries.load(registries.CHANGES, "change", name)(**values) for name, values in spec.changes)


def build_cell(spec: RunSpec, changes: Sequence[Change]) -> Cell:
    """The cell of a run, inside whatever its changes put around it."""
    cell: Cell = registries.load(registries.CELLS, "cell", spec.cell)()
    for wrapper in filter(None, (change.wrapper for change in changes)):
        cell = registries.load({}, "wrapper", wrapper)(cell)
    return cell


def build_parametrisation(recurrent: Weights, layout: Layout, changes: Sequence[Change]) -> Cayley | None:
    """What turns free parameters, which take the initial weight's place here, into the weight; None: nothing."""
    for name in filter(None, (change.parametrisation for change in changes)):
        parametrisation: Cayley = registries.load({}, "parametrisation", name)(recurrent, layout)
        return parametrisation
    return None


def _norm(tensors: Sequence[Tensor]) -> PerNetwork:
    """The norm over all entries of these tensors, network by network.

    Not a norm of norms: torch's rounds differently with the number of networks beside.
    """
    squares = [torch.linalg.vector_norm(tensor, dim=(1, 2)).square() for tensor in tensors]
    return torch.stack(squares).sum(0).sqrt()


class _Progress:
    """Lines such as "update 300 of 1500, 17 networks training, loss 1.23, about 40 s left"."""

    def __init__(self, spec: RunSpec, report: Callable[[str], None], done: int):
        self.spec, self.report, self.done = spec, report, done
        self.start = self.last = time.monotonic()

    def show(self, update: int, ensemble: Ensemble) -> None:
        now = time.monotonic()
        if now - self.last < SECONDS_BETWEEN_REPORTS and update < self.spec.updates and ensemble.alive:
            return
        self.last = now
        left = (now - self.start) / (update - self.done) * (self.spec.updates - update)
        losses = [ensemble.last_evaluation[network][0] for network in ensemble.alive]
        loss = f"loss {np.mean(losses):.4g}, about {left:.0f} s left at most" if losses else "all networks done"
        self.report(f"update {update} of {self.spec.updates}, {len(ensemble.alive)} networks training, {loss}")
