"""The read-out of networks with its loss: losses, right answers, and the gradients of read-out and states."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Num

from gradient_horizon.engine import objects
from gradient_horizon.engine.any_passes import AnyPasses, OutputGroup
from gradient_horizon.engine.arguments import READ_OUT, Arguments
from gradient_horizon.engine.lanes import REGISTER_BYTES, aligned
from gradient_horizon.engine.packed_weight import gradient_stride
from gradient_horizon.tasks.base import Task

Readout = Float[np.ndarray, "output hidden_and_bias"]


class Judged(NamedTuple):
    """The loss of every answer, and 1 where it is right, 0 where it is wrong; NaN for real targets."""

    losses: Float[np.ndarray, "answer batch"]
    right: Float[np.ndarray, "answer batch"]


@cache
def _functions(loss: str, precision: str, width: int) -> tuple[Callable[[int], None], Callable[[int], None]]:
    def write() -> object:
        from gradient_horizon.engine.compiler.read_out import write_read_out  # here: only to compile

        return write_read_out(loss, precision, width)

    library = objects.load(f"read-out {loss} {precision} {width}", write)
    return library.function("pack"), library.function("judge")


class ReadOut:
    """Reads out what passes have left in their groups, and leaves the adjoints there; one network after another."""

    def __init__(self, passes: AnyPasses, task: Task):
        self.passes, self.task = passes, task
        layout, precision = passes.layout, passes.precision
        self.shape = (task.outputs, layout.hidden + 1)
        self.unasked = task.unasked_steps if passes.every_step else 0
        self.answers = passes.steps - self.unasked if passes.every_step else 1
        stride = gradient_stride(0, layout.hidden + 1, REGISTER_BYTES // np.dtype(precision).itemsize)
        self.weight = aligned(self.shape, precision)
        self.by_weight = aligned((task.outputs, stride), precision, spare=stride)
        self.packed, self.packed_back = (aligned((task.outputs, layout.hidden), precision) for _ in range(2))
        self.groups = [GroupReadOut(self, group) for group in passes.outputs]

    def judge(self, readout: Readout, target: Num[np.ndarray, "answer batch"], *, back: bool) -> Judged:
        """Losses and right answers of a network after its forward pass; if `back`, also what `gradient` returns."""
        np.copyto(self.weight, readout)
        self.by_weight.fill(0)
        self.groups[0].pack()
        for group in self.groups:
            group.judge(target, back=back)
        losses = np.concatenate([group.losses[:, : group.used] for group in self.groups], axis=1)
        if self.task.loss == "mean-squared-error":
            return Judged(
                losses / np.dtype(self.passes.precision).type(self.task.outputs), np.full_like(losses, np.nan)
            )
        return Judged(losses, np.concatenate([group.right[:, : group.used] for group in self.groups], axis=1))

    def gradient(self) -> Readout:
        """The gradient of the mean loss with respect to the read-out."""
        return self.by_weight[:, : self.shape[1]]


class GroupReadOut:
    """The buffers of one group of sequences."""

    def __init__(self, of: ReadOut, group: OutputGroup):
        passes, task, width = of.passes, of.task, group.lanes.width
        self.sequences, self.used = group.lanes.sequences, group.lanes.used
        seen = group.hidden[of.unasked :]
        self.by_hidden_address = group.by_hidden[of.unasked :].ctypes.data
        self._pack, self._judge = _functions(task.loss, passes.precision, width)

        def buffer(*shape: int) -> np.ndarray:
            return aligned((*shape, width), passes.precision)

        self.target, self.losses, self.right = (buffer(of.answers) for _ in range(3))
        values, scale = buffer(task.outputs), buffer()
        scale[:] = 1 / (of.answers * passes.batch)
        if task.loss == "mean-squared-error":
            scale *= 2 / task.outputs
        transposed = aligned((width, of.by_weight.shape[1]), passes.precision, spare=of.by_weight.shape[1])
        self.buffers = (values, scale, transposed, group)
        self.arguments = Arguments(READ_OUT)
        self.arguments.set(
            outputs=task.outputs,
            hidden=passes.layout.hidden,
            answers=of.answers,
            used=self.used,
            row_step=of.shape[1],
            stride=of.by_weight.shape[1],
            weight=of.weight,
            packed=of.packed,
            packed_back=of.packed_back,
            seen=seen,
            seen_step=seen.strides[0] // seen.itemsize,
            target=self.target,
            losses=self.losses,
            right=self.right,
            values=values,
            scale=scale,
            transposed=transposed,
            by_weight=of.by_weight,
        )

    def pack(self) -> None:
        """Packs the read-out's weight, for all groups."""
        self._pack(self.arguments.address)

    def judge(self, target: Num[np.ndarray, "answer batch"], *, back: bool) -> None:
        """Judges its sequences."""
        self.target[:, : self.used] = target[:, self.sequences]
        self.arguments.set(by_seen=self.by_hidden_address if back else 0)
        self._judge(self.arguments.address)
