"""The networks of a run that are still training."""

from collections.abc import Mapping, Sequence

import numpy as np

from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.numerics import norm_per_network
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.assembly import build_parametrisation
from gradient_horizon.training.optimisers import OPTIMISERS, Array
from gradient_horizon.training.parts import Parts, parts_of
from gradient_horizon.training.starts import initial_weights

OPTIMISER = "optimiser."


class Population:
    """Weights, optimiser and parametrisation of the networks that are still training.

    `parts` are what the run is made of; None: what its specification names. `alive` holds the indices of the networks
    among `members`; every array has them on its first axis, in this order. `recurrent` is what the optimiser changes,
    `weight` the recurrent weight that networks run with: the same but for a parametrisation. `size` is the number of
    trained entries of a network, read-out included; `norm` is that of its weights now, `initial_norm` that of its
    initial ones.
    """

    def __init__(self, spec: RunSpec, parts: Parts | None = None):
        self.spec, parts = spec, parts or parts_of(spec)
        self.task, self.changes, self.cell, self.members = parts.task, parts.changes, parts.cell, parts.members
        self.layout = Layout(self.cell, spec.hidden_size, self.task.inputs)
        self.alive = list(range(len(self.members)))
        of_seed = {
            seed: initial_weights(self.layout, self.task.outputs, self.changes, length=spec.length, seed=seed)
            for seed in {member.seed for member in self.members}
        }
        initial = [of_seed[member.seed] for member in self.members]
        self.recurrent = np.stack([weights.recurrent for weights in initial]).astype(spec.precision)
        self.readout = np.stack([weights.readout for weights in initial]).astype(spec.precision)
        self.size = self.layout.parameters + initial[0].readout.size
        self.initial_norm = self.norm = norm_per_network((self.recurrent, self.readout))
        self.parametrisation = build_parametrisation(self.recurrent, self.layout, self.changes)
        self.weight = self._weight()
        rates = np.array([member.learning_rate for member in self.members], dtype=spec.precision)
        self.optimiser = OPTIMISERS[spec.optimiser](self.parameters, rates)

    @property
    def parameters(self) -> tuple[Array, Array]:
        """What the optimiser changes: recurrent weight, or the free parameters that it is a function of; read-out."""
        return self.recurrent, self.readout

    @property
    def seeds(self) -> list[int]:
        """Seeds of the networks that are still training, each once, in ascending order."""
        return sorted({self.members[network].seed for network in self.alive})

    def pull_back(self, gradient: Array) -> Array:
        """The gradient of the optimiser's parameters from that of the recurrent weight."""
        return gradient if self.parametrisation is None else self.parametrisation.pull_back(gradient, self.recurrent)

    def descend(self, gradients: Sequence[Array]) -> None:
        """One step of the optimiser, given the gradients of `parameters`, which it may overwrite."""
        self.optimiser.step(self.parameters, gradients)
        self.weight = self._weight()
        self.norm = norm_per_network((self.weight, self.readout))

    def _weight(self) -> Array:
        return self.recurrent if self.parametrisation is None else self.parametrisation.weight(self.recurrent)

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        places = [self.alive.index(network) for network in networks]
        self.alive = list(networks)
        self.recurrent, self.readout = self.recurrent[places], self.readout[places]
        if self.parametrisation is not None:
            self.parametrisation.restrict(places)
        self.weight = self._weight()
        self.norm, self.initial_norm = self.norm[places], self.initial_norm[places]
        self.optimiser.restrict(places)

    def state(self) -> dict[str, np.ndarray]:
        """The arrays that the next update starts from."""
        return {
            "recurrent": self.recurrent,
            "readout": self.readout,
            "initial_norm": self.initial_norm,
            **{f"{OPTIMISER}{name}": value for name, value in self.optimiser.state().items()},
        }

    def restore(self, arrays: Mapping[str, np.ndarray], alive: Sequence[int]) -> None:
        """Takes over the arrays that `state` returned when these networks were training."""
        self.restrict(alive)
        self.recurrent, self.readout, self.initial_norm = (
            arrays[name].copy() for name in ("recurrent", "readout", "initial_norm")
        )
        self.weight = self._weight()
        self.norm = norm_per_network((self.weight, self.readout))
        self.optimiser.restore(
            {name.removeprefix(OPTIMISER): array.copy() for name, array in arrays.items() if name.startswith(OPTIMISER)}
        )
