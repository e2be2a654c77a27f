"""All measures of gates, by name: their values, their selectivity, and what can be read from the states behind them."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from gradient_horizon.engine.axes import State, States, Targets
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.measuring.decoding import decoding_accuracy, with_noise
from gradient_horizon.measuring.gates import (
    filter_error,
    gate_saturation,
    gate_time,
    hidden_saturation,
    log_gate_product,
)
from gradient_horizon.measuring.interventions import Marks, accuracy_with_mean_gates, gate_opening
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
    """Time, product and saturation of the forget or update gate; the output gate at the last step, and in the gap.

    And the saturation of h, and its distance from o tanh(c).
    """
    recording = networks.recording
    shown = recording.gates.get("show")
    hidden = {
        "hidden_saturation": hidden_saturation(recording.hidden),
        "filter_error": filter_error(recording),
        "output_gate_cue": recording.nothing() if shown is None else shown[-1].mean((1, 2)),
        "output_gate_gap": recording.nothing() if shown is None else shown[1:-1].mean((0, 2, 3)),
    }
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
    """How much wider each gate is open at marked steps; the accuracy with the mean gate there, and at other steps.

    And the accuracy with the means of both gates at marked steps; of the only one, in cells that have one of the two.
    """
    recording = networks.recording
    measures = {"accuracy": recording.nothing() if marked is None else networks.judge(recording.last)[1]}
    own = {name: role for name, role in ROLES.items() if role in recording.gates}
    for name, role in ROLES.items():
        keys = (f"{name}_opening", f"{name}_mean_marked", f"{name}_mean_unmarked")
        if marked is None or name not in own:
            measures |= {key: recording.nothing() for key in keys}
            continue
        measures[keys[0]] = gate_opening(recording.gates[role], marked)
        for key, where in zip(keys[1:], (marked, ~marked), strict=True):
            measures[key] = accuracy_with_mean_gates(networks, roles=[role], where=where)
    if marked is None or not own:
        both = recording.nothing()
    elif len(own) == 1:
        both = measures[f"{next(iter(own))}_mean_marked"].clone()
    else:
        both = accuracy_with_mean_gates(networks, roles=own.values(), where=marked)
    return measures | {"writing_and_keeping_mean_marked": both}


def shown_sequences(marked: Marks) -> Int[Tensor, " network"]:
    """The sequence that is traced of each network: the first whose last mark is in the middle half, or else the first.

    So that what comes before the mark and is not to be remembered is seen, and what comes after it.
    """
    steps = len(marked)
    last = steps - 1 - marked.flip(0).to(torch.int8).argmax(0)
    is_shown = (last >= steps // 4) & (last < steps - steps // 4)
    return is_shown.to(torch.int8).argmax(1)


def measure_trace(networks: Networks, sequences: Int[Tensor, " network"]) -> dict[str, Tensor]:
    """Of one sequence each, step by step: mean gates over units, and the probability of the right answer."""
    recording, each = networks.recording, torch.arange(len(sequences))
    nothing = recording.last.new_full((len(sequences), recording.steps), torch.nan)
    traces = {}
    for name, role in ROLES.items():
        gates = recording.gates.get(role)
        traces[f"trace_{name}"] = nothing.clone() if gates is None else gates[:, each, :, sequences].mean(2)
    if networks.task.loss != "cross-entropy":
        return traces | {"trace_confidence": nothing}
    hidden, target = recording.hidden[:, each, :, sequences].transpose(1, 2), networks.target[each, sequences]
    right = _probability_of_right(networks, hidden, target[:, None].expand(-1, recording.steps))
    return traces | {"trace_confidence": right}


def measure_read_outs(networks: Networks) -> dict[str, Tensor]:
    """The mean probability of the right answer, read out by the network itself half-way through, and at the end."""
    recording = networks.recording
    if networks.task.loss != "cross-entropy":
        return {name: recording.nothing() for name in ("read_out_gap", "read_out_end")}
    states = {"read_out_gap": recording.hidden[_half(recording.steps) - 1], "read_out_end": recording.last}
    return {name: _probability_of_right(networks, of, networks.target).mean(1) for name, of in states.items()}


def _probability_of_right(networks: Networks, hidden: State, target: Targets) -> Float[Tensor, "network batch"]:
    answers = torch.softmax(networks.read_out(hidden), dim=1)
    return answers.gather(1, target.long().unsqueeze(1)).squeeze(1)


def _half(steps: int) -> int:
    return max(1, steps // 2)


def measure_decoding(networks: Networks, spec: RunSpec) -> dict[str, Tensor]:
    """Shares of fresh sequences whose class a linear decoder reads from h, and from m, half-way through.

    With noise of a stated share of the spread that h, or m, has at the end (see `with_noise`).
    """
    cell, task = networks.cell, networks.task
    names = ("decoded_hidden", "decoded_memory")
    if len(cell.state) == 1 or task.loss != "cross-entropy":
        return {name: networks.recording.nothing() for name in names}
    batches = [
        task.sample_evaluation(spec.length, DECODED, generator=generator(seed, "decoding data")) for seed in spec.seeds
    ]
    inputs = torch.from_numpy(np.stack([batch.inputs[: _half(spec.length)] for batch in batches], axis=1))
    target = torch.from_numpy(np.stack([batch.target for batch in batches]))
    hidden, *_, memory = last_states(cell, networks.weight, inputs)
    at_end = networks.recording.last, networks.recording.states[-1][-1]
    return {
        name: decoding_accuracy(
            with_noise(states, end, [generator(seed, "noise", name) for seed in spec.seeds]), target, task.outputs
        )
        for name, states, end in zip(names, (hidden, memory), at_end, strict=True)
    }
