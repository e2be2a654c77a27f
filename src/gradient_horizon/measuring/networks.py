"""What every measure looks at."""

from typing import NamedTuple

from gradient_horizon.engine.axes import Targets, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.tape import Tape
from gradient_horizon.measuring.gradients import Readouts
from gradient_horizon.tasks.base import Task


class Networks(NamedTuple):
    """Networks at one moment of their training, after a forward pass over fresh sequences on the tape."""

    cell: Cell
    weight: Weights
    readout: Readouts
    tape: Tape
    target: Targets
    task: Task
