"""Sequences of any length in bounded memory: only the states between segments are stored, the rest is computed again.

Operations and their order are those of one long tape, so the results have the same bits. Chen, Xu, Zhang & Guestrin
(2016) call the method checkpointing.
"""

import math
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from gradient_horizon.engine.axes import State, States, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import BackwardPass, Gradients, forward, make_tape, numbers_per_step
from gradient_horizon.engine.tape import Tape
from gradient_horizon.study.limits import TAPE_BYTES


def segment_length(
    cell: Cell, *, steps: int, networks: int, hidden: int, inputs: int, batch: int, itemsize: int = 4
) -> int:
    """Steps per segment: all if their tape fits into TAPE_BYTES, else about the root of their number (least memory)."""
    per_step = numbers_per_step(cell, networks=networks, hidden=hidden, inputs=inputs, batch=batch) * itemsize
    if steps * per_step <= TAPE_BYTES:
        return steps
    between = networks * batch * hidden * (1 + cell.carries) * itemsize
    return max(1, min(math.isqrt(max(1, steps * between // per_step)), TAPE_BYTES // per_step))


class Sequences:
    """Forward and backward pass over whole sequences, on a tape that is as long as a segment.

    Fill `inputs` [time network feature batch], then call `forward` and `backward`.
    """

    def __init__(
        self,
        cell: Cell,
        *,
        steps: int,
        networks: int,
        hidden: int,
        inputs: int,
        batch: int,
        segment: int | None = None,
        dtype: torch.dtype = torch.float32,
    ):
        self.cell, self.steps = cell, steps
        itemsize = torch.empty((), dtype=dtype).element_size()
        self.segment = segment or segment_length(
            cell, steps=steps, networks=networks, hidden=hidden, inputs=inputs, batch=batch, itemsize=itemsize
        )
        make = partial(make_tape, cell, networks=networks, hidden=hidden, inputs=inputs, batch=batch, dtype=dtype)
        self.whole = self.segment >= steps
        first = steps if self.whole else (steps - 1) % self.segment + 1
        self.lengths = [first, *[self.segment] * ((steps - first) // self.segment)]
        self.tapes = {length: make(steps=length) for length in set(self.lengths)}
        tape = self.tapes[first]
        self.inputs: States = tape.inputs if self.whole else torch.zeros(steps, networks, inputs, batch, dtype=dtype)
        self.starts: list[tuple[Tensor, ...]] = []

    def forward(self, weight: Weights, *, states: States | None = None) -> State:
        """Runs all networks over `inputs` from zero states; returns the last hidden state.

        `states`, where given, is filled with the hidden states after every step.
        """
        end = 0
        for tape in self._run_all(weight):
            end += tape.steps
            if states is not None:
                states[end - tape.steps : end] = tape.state[1:, :, : tape.hidden]
        return tape.h[-1]

    def backward(
        self,
        weight: Weights,
        output_gradient: State | States,
        *,
        window: int | None = None,
        free: Tensor | None = None,
        shares: bool = False,
        flow_penalty: float = 0.0,
    ) -> Gradients:
        """The backward pass of the last `forward`; arguments and result as for `passes.backward`."""
        last = self.tapes[self.lengths[-1]]
        passing = BackwardPass(
            self.cell, weight, last, self.steps, window=window, free=free, shares=shares, flow_penalty=flow_penalty
        )
        end = self.steps
        for index in reversed(range(len(self.lengths))):
            length = self.lengths[index]
            is_last = index == len(self.lengths) - 1
            tape = last if is_last else self._run(weight, index, end - length, length)
            if output_gradient.ndim == 4:
                passing.through(tape, output_gradient[end - length : end])
            else:
                passing.through(tape, output_gradient if is_last else None)
            end -= length
        return passing.result()

    def _run_all(self, weight: Weights) -> Iterator[Tape]:
        """The tape of each segment in turn, after a forward pass from the last states of the segment before."""
        tape = self.tapes[self.lengths[0]]
        if self.whole:
            forward(self.cell, weight, tape)
            yield tape
            return
        self.starts = [tuple(torch.zeros_like(state) for state in _last(tape))]
        first = 0
        for length in self.lengths:
            tape = self._run(weight, len(self.starts) - 1, first, length)
            self.starts.append(tuple(state.clone() for state in _last(tape)))
            first += length
            yield tape

    def _run(self, weight: Weights, index: int, first: int, length: int) -> Tape:
        """The tape of segment `index` (`length` steps from step `first` on), after a forward pass over it."""
        tape = self.tapes[length]
        for state, start in zip((tape.h[0], *(carry[0] for carry in tape.carry)), self.starts[index], strict=True):
            state.copy_(start)
        tape.inputs.copy_(self.inputs[first : first + length])
        forward(self.cell, weight, tape)
        return tape


def _last(tape: Tape) -> tuple[Tensor, ...]:
    return (tape.h[-1], *(carry[-1] for carry in tape.carry))
