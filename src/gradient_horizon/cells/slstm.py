"""The sLSTM, an LSTM with an exponential input gate (Beck et al. 2024, "xLSTM: Extended long short-term memory")."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import absolute, exp, log, maximum, minimum, sigmoid, tanh, where


class SLSTM(Cell):
    """c_t = f c_{t-1} + i z, n_t = f n_{t-1} + i, h_t = o c_t / n_t, with i = exp, f and o sigmoids, z tanh of blocks.

    All four blocks are products with [h; x; 1] with full matrices, which is the paper's sLSTM with one head. Of its two
    forget gates, sigmoid or exponential, this is the sigmoid, as in its authors' code (NX-AI/xlstm); around the cell
    there is no normalisation, convolution or projection.

    The state is (h, n, m, c), in the paper's stabilised form: c and n are held divided by e^m, with
    m_t = max(ln f + m_{t-1}, ln i), so that nothing is exponentiated but numbers from 0 down, and n >= 1 after the
    first step. h does not depend on m. Before the first step n is 0 and m means nothing: there m_t = ln i, unit by
    unit. ln f is min(f', 0) + ln sigmoid(|f'|), f' being the pre-activation.

    The sigmoid of block f is what multiplies the old memory c e^m; the c of the state is rescaled beside that.
    """

    blocks = (Block("i"), Block("f", gate="keep"), Block("o", gate="show"), Block("z"))
    state = ("h", "n", "m", "c")

    def step(self, i: Any, f: Any, o: Any, z: Any, h: Any, n: Any, m: Any, c: Any) -> Any:
        """The larger of what is kept and what is written gets the weight 1, the other its ratio to that."""
        carried = where(n > 0, minimum(0.0, f) + log(sigmoid(absolute(f))) + m, i)
        largest = maximum(carried, i)
        keep, write = exp(carried - largest), exp(i - largest)
        n, c = keep * n + write, keep * c + write * tanh(z)
        return sigmoid(o) * c / n, n, largest, c
