"""All measures of gates, by name: their values, their selectivity, and what can be read from the states behind them."""

import numpy as np
import torch
from torch import Tensor

from gradient_horizon.engine.axes import States
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.measuring.decoding import decoding_accuracy
from gradient_horizon.measuring.gates import (
    filter_error,
    gate_saturation,
    gate_time,
    hidden_saturation,
    log_gate_product,
)
from gradient_horizon.measuring.interventions import Marks, accuracy_with_mean_gate, gate_opening
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import last_states
from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task

DECODED = 512
"""Fresh sequences whose classes are decoded from the states half-way; the decoder is fitted on half of them."""


ROLES: dict[str, Gate] = {"writing": "write", "keeping": "keep"}
"""The gates whose selectivity is measured, by the names of their measures."""


def marks(task: Task, cell: Cell, inputs: States) -> Marks | None:
    """The steps that the task marks; None if it marks none, or if the cell is layer-normalised."""
    if task.mark_channel is None or task.loss != "cross-entropy" or cell.normalised:
        return None
    return inputs[:, :, task.mark_channel] == 1


def measure_gates(networks: Networks) -> dict[str, Tensor]:
    """Time, product and saturation of the forget or update gate; saturation of h, and its distance from o tanh(c)."""
    recording = networks.recording
    hidden = {"hidden_saturation": hidden_saturation(recording.hidden), "filter_error": filter_error(recording)}
    gates = recording.gates.get("keep")
    if gates is None:
        return hidden | {name: recording.nothing() for name in ("kept", "gate_time", "log_kept_gap", "gate_saturation")}
    return hidden | {
        "kept": (log_gate_product(gates).mean(1) / len(gates)).exp(),
        "gate_time": gate_time(gates),
        "log_kept_gap": log_gate_product(gates[1:]).mean(1),
        "gate_saturation": gate_saturation(gates),
    }


def measure_selectivity(networks: Networks, marked: Marks | None) -> dict[str, Tensor]:
    """How much wider each gate is open at marked steps; the accuracy with the mean gate there, and at other steps."""
    recording = networks.recording
    measures = {"accuracy": recording.nothing() if marked is None else networks.judge(recording.last)[1]}
    for name, role in ROLES.items():
        keys = (f"{name}_opening", f"{name}_mean_marked", f"{name}_mean_unmarked")
        if marked is None or role not in recording.gates:
            measures |= {key: recording.nothing() for key in keys}
            continue
        measures[keys[0]] = gate_opening(recording.gates[role], marked)
        for key, where in zip(keys[1:], (marked, ~marked), strict=True):
            measures[key] = accuracy_with_mean_gate(networks, role=role, where=where)
    return measures


def measure_trace(networks: Networks) -> dict[str, Tensor]:
    """Of the first sequence, step by step: mean gates over units, and the probability of the right answer."""
    recording, target = networks.recording, networks.target
    nothing = recording.last.new_full((len(target), recording.steps), torch.nan)
    traces = {}
    for name, role in ROLES.items():
        gates = recording.gates.get(role)
        traces[f"trace_{name}"] = nothing.clone() if gates is None else gates[..., 0].mean(2).T.contiguous()
    if networks.task.loss != "cross-entropy":
        return traces | {"trace_confidence": nothing}
    answers = torch.softmax(networks.read_out(recording.hidden[..., 0].permute(1, 2, 0)), dim=1)
    return traces | {"trace_confidence": answers[torch.arange(len(target)), target[:, 0].long()]}


def measure_decoding(networks: Networks, spec: RunSpec) -> dict[str, Tensor]:
    """Shares of fresh sequences whose class a linear decoder reads from h, and from m, half-way through."""
    cell, task = networks.cell, networks.task
    names = ("decoded_hidden", "decoded_memory")
    if len(cell.state) == 1 or task.loss != "cross-entropy":
        return {name: networks.recording.nothing() for name in names}
    batches = [
        task.sample_evaluation(spec.length, DECODED, generator=generator(seed, "decoding data")) for seed in spec.seeds
    ]
    half = max(1, spec.length // 2)
    inputs = torch.from_numpy(np.stack([batch.inputs[:half] for batch in batches], axis=1))
    target = torch.from_numpy(np.stack([batch.target for batch in batches]))
    hidden, *_, memory = last_states(cell, networks.weight, inputs)
    return {
        name: decoding_accuracy(states, target, task.outputs)
        for name, states in zip(names, (hidden, memory), strict=True)
    }
