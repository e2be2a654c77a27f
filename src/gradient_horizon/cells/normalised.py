"""Layer normalisation around any cell (Ba, Kiros & Hinton 2016)."""

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape
from gradient_horizon.engine.wrapped import WrappedCell

EPSILON = 1e-5  # as torch.nn.LayerNorm
OWN_COLUMNS = 2  # gain and bias


class LayerNormalised(WrappedCell):
    """Replaces the inner cell's pre-activations a by gain * (a - mean(a)) / std(a) + bias, block by block.

    Mean and standard deviation are over the hidden units of a block, for each sequence and step; a is the whole product
    W h + U x. Gain and bias are parameters of this cell, in the last two columns of the weight.
    """

    def __init__(self, inner: Cell):
        super().__init__(inner)
        self.stores = inner.stores + inner.blocks  # the pre-activations before normalisation
        self.own_columns = OWN_COLUMNS

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The inner cell's layout with its bias moved to the last column: [h; x; (no bias); gain; bias]."""
        return self.inner.layout(hidden, inputs).with_own_columns(OWN_COLUMNS)

    def forward(self, tape: Tape, t: int) -> None:
        """Normalises the pre-activations in place, then runs the inner cell."""
        for block, pre in enumerate(tape.blocks[t]):
            raw = tape.store[self.inner.stores + block][t]
            raw.copy_(pre)
            gain, bias = self._own(tape, block)
            normal, _ = _normalise(raw)
            torch.addcmul(bias, normal, gain, out=pre)
        self.inner.forward(tape, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The inner cell's adjoint, then back through the normalisation."""
        self.inner.backward(tape, t, adjoint)
        for block, pre in enumerate(adjoint.blocks):
            normal, scale = _normalise(tape.store[self.inner.stores + block][t])
            gain, _ = self._own(tape, block)
            rows = slice(block * tape.hidden, (block + 1) * tape.hidden)
            adjoint.own[:, rows, 0] = (pre * normal).sum(2)
            adjoint.own[:, rows, 1] = pre.sum(2)
            pre.mul_(gain)
            along = (pre * normal).mean(1, keepdim=True)
            pre.sub_(pre.mean(1, keepdim=True)).addcmul_(normal, along, value=-1).mul_(scale)

    def _own(self, tape: Tape, block: int) -> tuple[Tensor, Tensor]:
        assert tape.own is not None
        gain, bias = torch.split(tape.own[:, block * tape.hidden : (block + 1) * tape.hidden], 1, dim=2)
        return gain, bias


def _normalise(values: State) -> tuple[State, Float[Tensor, "network 1 batch"]]:
    """Values minus their mean over the hidden axis, over their standard deviation; and one over that deviation."""
    centred = values - values.mean(1, keepdim=True)
    scale = centred.square().mean(1, keepdim=True).add_(EPSILON).rsqrt_()
    return centred.mul_(scale), scale
