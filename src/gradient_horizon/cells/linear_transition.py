"""The recurrent network whose transition is linear (LT-RNN; Henaff, Szlam & LeCun 2016)."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import relu


class LinearTransition(Cell):
    """h_t = W h_{t-1} + c + max(0, V x_t + b): only what enters passes a nonlinearity, so that dh_t/dh_{t-1} is W.

    Neither the text of the paper nor code of its authors was at hand: this is its LT-RNN as described by a
    reimplementation, `LTRNNCell` in tf/models.py of ratschlab/uRNN (code beside Hyland & Rätsch 2017), which has
    h_t = W h_{t-1} + sigmoid(V x_t + b). Two things differ from that. Its nonlinearity is the logistic function; ours
    is the rectifier, with which one unit solves the adding problem exactly (W = 1, c = 0, V = (1, 1), b = -1). And it
    has no c: here every block has a bias, which the change `zero-biases` starts at 0. With W orthogonal at the start
    (`orthogonal`) it is the paper's LT-ORNN, with the identity (`identity`) its LT-IRNN. The paper's pooling before the
    read-out is not here.
    """

    blocks = (Block("recurrent", sees="h"), Block("entering", sees="x"))

    def step(self, recurrent: Any, entering: Any, h: Any) -> Any:
        """The sum of both, of which what enters is rectified."""
        return recurrent + relu(entering)
