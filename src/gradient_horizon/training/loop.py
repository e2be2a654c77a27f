"""The training loop: all seeds and learning rates of a run side by side, none affecting another."""

from collections.abc import Callable

from gradient_horizon.engine.subnormal import subnormal_numbers_flushed
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.checkpoints import Checkpoint
from gradient_horizon.training.ensemble import Ensemble
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import RunStatus, TrainingResult
from gradient_horizon.training.parts import Parts
from gradient_horizon.training.progress import Progress


def train(
    spec: RunSpec,
    *,
    report: Callable[[str], None] = lambda line: None,
    advance: Callable[[float], None] = lambda share: None,
    checkpoint: Checkpoint | None = None,
) -> TrainingResult:
    """Trains the networks that a specification names, as `trained` does, and chooses a learning rate for each seed."""
    ensemble = trained(spec, report=report, advance=advance, checkpoint=checkpoint)
    outcomes = ensemble.record.in_order
    return TrainingResult(
        outcomes=outcomes,
        chosen_learning_rates=tuple(choose_learning_rates(each for each in outcomes if each.judged).values()),
        pilot_learning_rates=tuple(choose_learning_rates(each for each in outcomes if not each.judged).values()),
        parameters=ensemble.population.size,
        recurrent_weights=ensemble.population.layout.product_weights,
        networks=ensemble.record.saved,
        history=ensemble.record.history,
    )


@subnormal_numbers_flushed()
def trained(
    spec: RunSpec,
    parts: Parts | None = None,
    *,
    report: Callable[[str], None] = lambda line: None,
    advance: Callable[[float], None] = lambda share: None,
    checkpoint: Checkpoint | None = None,
) -> Ensemble:
    """Trains a run to the end of its budget, or until all its networks are solved or diverged.

    `parts` are what it is made of; None: what its specification names. Meanwhile subnormal numbers are zero, in this
    thread. `report` receives a line of progress every few seconds, `advance` the share of the budget that is used up
    after each evaluation. If `checkpoint` holds a state, training continues from it, with the same bits as without
    interruption.
    """
    ensemble = Ensemble(spec, parts)
    checkpoint = checkpoint or Checkpoint(None, "")
    last = checkpoint.load()
    done = 0 if last is None else ensemble.restore(*last)
    if done:
        report(f"going on after update {done}")
    progress = Progress(spec, report, done)
    for update in range(done + 1, spec.updates + 1):
        ensemble.update(update)
        if update == spec.updates // 2:
            ensemble.save("half")
        due = update % spec.evaluate_every == 0 or update == spec.updates
        if due:
            ensemble.evaluate(update)
            advance(update / spec.updates)
        if due or not ensemble.alive:
            progress.show(update, ensemble.losses)
        if not ensemble.alive:
            break
        if checkpoint.is_due:
            checkpoint.save(*ensemble.state(update))
    ensemble.retire(ensemble.alive, RunStatus.UNSOLVED, spec.updates)
    return ensemble
