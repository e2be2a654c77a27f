"""All measures of gates, by name: their values, their selectivity, and what can be read from the states behind them."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork
from gradient_horizon.engine.passes import forward, make_tape_like
from gradient_horizon.engine.tape import Tape
from gradient_horizon.measuring.decoding import decoding_accuracy
from gradient_horizon.measuring.gates import (
    filter_error,
    forget_gates,
    gate_saturation,
    gate_time,
    hidden_saturation,
    input_gates,
    log_gate_product,
)
from gradient_horizon.measuring.interventions import Marks, accuracy_with_mean_gate, gate_opening
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.remedies.base import Change
from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task

DECODED = 512
"""Fresh sequences whose classes are decoded from the states half-way; the decoder is fitted on half of them."""


def marks(task: Task, tape: Tape, changes: Sequence[Change]) -> Marks | None:
    """The steps that the task marks; None if it marks none, or if the cell is wrapped.

    A wrapper changes pre-activations, so that replacing them would not set the gate.
    """
    wrapped = any(change.wrapper for change in changes)
    if task.mark_channel is None or task.loss != "cross-entropy" or wrapped:
        return None
    return tape.inputs[:, :, task.mark_channel] == 1


def measure_gates(networks: Networks) -> dict[str, Tensor]:
    """Time, product and saturation of the forget or update gate; saturation of h, and its distance from o tanh(c)."""
    cell, tape = networks.cell, networks.tape
    hidden = {
        "hidden_saturation": hidden_saturation(tape.state[1:, :, : tape.hidden]),
        "filter_error": filter_error(cell, tape),
    }
    gates = forget_gates(cell, tape)
    if gates is None:
        return hidden | {name: _nothing(tape) for name in ("kept", "gate_time", "log_kept_gap", "gate_saturation")}
    return hidden | {
        "kept": (log_gate_product(gates).mean(1) / len(gates)).exp(),
        "gate_time": gate_time(gates),
        "log_kept_gap": log_gate_product(gates[1:]).mean(1),
        "gate_saturation": gate_saturation(gates),
    }


def measure_selectivity(networks: Networks, marked: Marks | None) -> dict[str, Tensor]:
    """How much wider each gate is open at marked steps; the accuracy with the mean gate there, and at other steps."""
    cell, tape = networks.cell, networks.tape
    measures = {"accuracy": _nothing(tape) if marked is None else networks.judge(tape.h[-1])[1]}
    for name, block, gates in (
        ("writing", cell.input_gate_block, input_gates(cell, tape)),
        ("keeping", cell.forget_gate_block, forget_gates(cell, tape)),
    ):
        keys = (f"{name}_opening", f"{name}_mean_marked", f"{name}_mean_unmarked")
        if marked is None or block is None or gates is None:
            measures |= {key: _nothing(tape) for key in keys}
            continue
        measures[keys[0]] = gate_opening(gates, marked)
        for key, where in zip(keys[1:], (marked, ~marked), strict=True):
            measures[key] = accuracy_with_mean_gate(networks, block=block, gates=gates, where=where)
    return measures


def measure_trace(networks: Networks) -> dict[str, Tensor]:
    """Of the first sequence, step by step: mean gates over units, and the probability of the right answer."""
    cell, tape, target = networks.cell, networks.tape, networks.target
    nothing = tape.state.new_full((len(target), tape.steps), torch.nan)
    traces = {}
    for name, gates in (("writing", input_gates(cell, tape)), ("keeping", forget_gates(cell, tape))):
        traces[f"trace_{name}"] = nothing.clone() if gates is None else gates[..., 0].mean(2).T.contiguous()
    if networks.task.loss != "cross-entropy":
        return traces | {"trace_confidence": nothing}
    states = tape.state[1:, :, : tape.hidden, 0].permute(1, 2, 0)
    answers = torch.softmax(networks.read_out(states), dim=1)
    return traces | {"trace_confidence": answers[torch.arange(len(target)), target[:, 0].long()]}


def measure_decoding(networks: Networks, spec: RunSpec) -> dict[str, Tensor]:
    """Shares of fresh sequences whose class a linear decoder reads from h, and from m, half-way through."""
    cell, weight, _, tape, _, task = networks
    names = ("decoded_hidden", "decoded_memory")
    if not cell.carries or task.loss != "cross-entropy":
        return {name: _nothing(tape) for name in names}
    batches = [
        task.sample_evaluation(spec.length, DECODED, generator=generator(seed, "decoding data")) for seed in spec.seeds
    ]
    half = make_tape_like(cell, tape, steps=max(1, spec.length // 2), batch=DECODED)
    half.inputs.copy_(torch.from_numpy(np.stack([batch.inputs[: half.steps] for batch in batches], axis=1)))
    target = torch.from_numpy(np.stack([batch.target for batch in batches]))
    hidden = forward(cell, weight, half)
    return {
        name: decoding_accuracy(states, target, task.outputs)
        for name, states in zip(names, (hidden, half.carry[-1][-1]), strict=True)
    }


def _nothing(tape: Tape) -> PerNetwork:
    return tape.state.new_full((tape.state.shape[1],), torch.nan)
