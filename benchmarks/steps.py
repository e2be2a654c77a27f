"""A whole training update on recall: data, forward, backward, clipping, Adam; ours and torch.nn's."""

from collections.abc import Callable

import torch
from peers import ours, torch_layers
from problem import Size, make_problem
from torch.nn import functional

from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.recall import Recall
from gradient_horizon.training.ensemble import Ensemble

LEARNING_RATE = 1e-3


def our_passes(size: Size) -> Callable[[], object]:
    """Forward and backward alone."""
    return ours(make_problem(size))


def our_step(size: Size) -> Callable[[], object]:
    """The update of our training loop, everything recorded that it records."""
    spec = RunSpec(
        experiment="bench",
        task="recall",
        cell=size.cell,
        remedy="clipped",
        changes=(("clip-norm", {"threshold": 1.0}),),
        length=size.length,
        hidden_size=size.hidden,
        batch_size=size.batch,
        optimiser="adam",
        learning_rates=(LEARNING_RATE,),
        precision="float32",
        updates=1000,
        evaluate_every=1000,
        evaluation_sequences=size.batch,
        hidden_gradients_every=1,
        seeds=tuple(range(size.seeds)),
        pilot_seeds=(),
    )
    ensemble = Ensemble(spec)
    return lambda: ensemble.update(1)


def torch_step(size: Size) -> Callable[[], object]:
    """The update as it is usually written, one network after the other."""
    task = Recall()
    networks = []
    for seed, layer in enumerate(torch_layers(make_problem(size))):
        readout = torch.nn.Linear(size.hidden, task.outputs)
        parameters = [*layer.parameters(), *readout.parameters()]
        networks.append(
            (
                layer,
                readout,
                parameters,
                torch.optim.Adam(parameters, lr=LEARNING_RATE),
                generator(seed, "training data"),
            )
        )

    def run() -> None:
        for layer, readout, parameters, optimiser, stream in networks:
            batch = task.sample(size.length, size.batch, generator=stream)
            inputs = torch.from_numpy(batch.inputs).transpose(1, 2).contiguous()
            optimiser.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(readout(layer(inputs)[0][-1]), torch.from_numpy(batch.target))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()

    return run
