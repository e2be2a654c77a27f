"""The coupled oscillatory recurrent network (Rusch & Mishra 2021)."""

from typing import Any, ClassVar

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import tanh


class CoRNN(Cell):
    """z_t = z_{t-1} + dt (tanh(a) - gamma y_{t-1} - epsilon z_{t-1}), y_t = y_{t-1} + dt z_t.

    The block a = W y_{t-1} + V z_{t-1} + U x_t + b sees both states. Each unit is an oscillator with position y, which
    is h, and velocity z; the step is the paper's scheme with explicit damping, as in its authors' code
    (tk-rusch/coRNN). The read-out sees y.

    dt is the length of a step, gamma the square of a unit's frequency, epsilon its damping. They are not trained; the
    authors choose them for each task. These are their values for sequential digits, whose class is asked at the end, as
    in most tasks here: a unit that nothing drives keeps 0.97 of its state per step. A class made from this one may set
    others.
    """

    blocks = (Block("a", sees="states and x"),)
    state = ("h", "z")
    dt: ClassVar[float] = 0.042
    gamma: ClassVar[float] = 2.7
    epsilon: ClassVar[float] = 4.7

    def step(self, a: Any, h: Any, z: Any) -> Any:
        """The velocity by the forces at the old state, then the position by the new velocity."""
        z = z + self.dt * (tanh(a) - self.gamma * h - self.epsilon * z)
        return h + self.dt * z, z


class AddingCoRNN(CoRNN):
    """A coRNN with its authors' values for the adding problem: a unit that nothing drives keeps 0.72 per step."""

    dt: ClassVar[float] = 0.06
    gamma: ClassVar[float] = 66.0
    epsilon: ClassVar[float] = 15.0
