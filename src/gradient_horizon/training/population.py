"""The networks of a run that are still training."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from gradient_horizon.engine.axes import Weights
from gradient_horizon.engine.precision import DTYPES
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.assembly import build_cell, build_changes, build_parametrisation, build_task
from gradient_horizon.training.members import members
from gradient_horizon.training.norms import norm_per_network
from gradient_horizon.training.optimisers import OPTIMISERS
from gradient_horizon.training.starts import initial_weights

OPTIMISER = "optimiser."


class Population:
    """Weights, optimiser and parametrisation of the networks that are still training.

    `alive` holds their indices among `members`; every tensor has them on its first axis, in this order. `recurrent` is
    what the optimiser changes, `weight` the recurrent weight that networks run with: equal but for a parametrisation.
    `size` is the number of trained entries of a network, read-out included; `initial_norm` the norm of its initial
    weights.
    """

    def __init__(self, spec: RunSpec):
        self.spec = spec
        self.task = build_task(spec)
        self.changes = build_changes(spec)
        self.cell = build_cell(spec, self.changes)
        self.layout = self.cell.layout(spec.hidden_size, self.task.inputs)
        self.members = members(spec)
        self.alive = list(range(len(self.members)))
        dtype = DTYPES[spec.precision]
        initial = [
            initial_weights(self.layout, self.task.outputs, self.changes, length=spec.length, seed=member.seed)
            for member in self.members
        ]
        self.weight = torch.from_numpy(np.stack([weights.recurrent for weights in initial])).to(dtype)
        self.readout = torch.from_numpy(np.stack([weights.readout for weights in initial])).to(dtype)
        self.size = self.layout.parameters + initial[0].readout.size
        self.initial_norm = norm_per_network((self.weight, self.readout))
        self.recurrent = self.weight.clone()
        self.parametrisation = build_parametrisation(self.recurrent, self.layout, self.changes)
        rates = torch.tensor([member.learning_rate for member in self.members])
        self.optimiser = OPTIMISERS[spec.optimiser](self.parameters, rates)

    @property
    def parameters(self) -> tuple[Tensor, Tensor]:
        """What the optimiser changes: recurrent weight, or the free parameters that it is a function of; read-out."""
        return self.recurrent, self.readout

    @property
    def seeds(self) -> list[int]:
        """Seeds of the networks that are still training, each once, in ascending order."""
        return sorted({self.members[network].seed for network in self.alive})

    def pull_back(self, gradient: Weights) -> None:
        """Turns the gradient of the recurrent weight into that of the optimiser's parameters, in place."""
        if self.parametrisation is not None:
            self.parametrisation.pull_back(gradient, self.recurrent)

    def descend(self, gradients: Sequence[Tensor]) -> None:
        """One step of the optimiser, given the gradients of `parameters`, which it may overwrite."""
        self.optimiser.step(self.parameters, gradients)
        if self.parametrisation is None:
            self.weight = self.recurrent.clone()
        else:
            self.weight = self.parametrisation.weight(self.recurrent)

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        places = torch.tensor([self.alive.index(network) for network in networks], dtype=torch.long)
        self.alive = list(networks)
        self.recurrent, self.weight, self.readout = (
            values[places] for values in (self.recurrent, self.weight, self.readout)
        )
        if self.parametrisation is not None:
            self.parametrisation.restrict(places)
        self.initial_norm = self.initial_norm[places]
        self.optimiser.restrict(places)

    def state(self) -> dict[str, np.ndarray]:
        """The arrays that the next update starts from."""
        tensors = {
            "weight": self.weight,
            "recurrent": self.recurrent,
            "readout": self.readout,
            "initial_norm": self.initial_norm,
            **{f"{OPTIMISER}{name}": value for name, value in self.optimiser.state().items()},
        }
        return {name: value.numpy() for name, value in tensors.items()}

    def restore(self, arrays: Mapping[str, np.ndarray], alive: Sequence[int]) -> None:
        """Takes over the arrays that `state` returned when these networks were training.

        They are copied, so that tensors lie in memory as torch aligns them: products may round differently elsewhere.
        """
        self.restrict(alive)
        self.weight = torch.tensor(arrays["weight"])
        self.recurrent = torch.tensor(arrays["recurrent"])
        self.readout = torch.tensor(arrays["readout"])
        self.initial_norm = torch.tensor(arrays["initial_norm"])
        self.optimiser.restore(
            {
                name.removeprefix(OPTIMISER): torch.tensor(array)
                for name, array in arrays.items()
                if name.startswith(OPTIMISER)
            }
        )
