"""All measures of a run, taken on its saved networks."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States, Targets, Weights
from gradient_horizon.measuring.ablation import context_ablation
from gradient_horizon.measuring.capacity import memory_capacity
from gradient_horizon.measuring.gate_measures import (
    marks,
    measure_decoding,
    measure_gates,
    measure_read_outs,
    measure_selectivity,
    measure_trace,
    shown_sequences,
)
from gradient_horizon.measuring.gradients import gradient_flow
from gradient_horizon.measuring.jacobians import state_jacobians
from gradient_horizon.measuring.lags import LAGS
from gradient_horizon.measuring.lyapunov import lyapunov_exponents
from gradient_horizon.measuring.mean_field import chi_1
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.measuring.spectra import recurrent_spectrum, singular_values
from gradient_horizon.measuring.transport import gated_transport, memory_products, transport_products
from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.assembly import backpropagation_window, build_cell, build_changes, task_of
from gradient_horizon.training.members import judged_at
from gradient_horizon.training.stages import STAGES

SEQUENCES = 64
"""Fresh sequences per network."""

TRANSPORT_SEQUENCES = 2
"""Sequences, of these, along which Jacobians are computed."""

CONTEXTS = (0, 1, 2, 5, 10, 20, 50, 100, 200)
"""Numbers of last steps whose inputs stay in place when the context is ablated."""

CAPACITY_LAGS = 100
CAPACITY_CHANNEL = 0
"""The input channel that memory capacity is measured on; in every task it carries what is to be remembered."""

CAPACITY_NETWORKS = 20
"""Maximum number of networks of a job whose memory capacity, the slowest measure, is computed; NaN for the others."""


def measure(
    spec: RunSpec, learning_rates: Sequence[float], networks: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """All measures of the judged networks, each seed's at its own of these rates, on fresh sequences, in float64.

    `networks` holds the saved weights of all networks of the run (see `Record`). Networks that had left or diverged at
    a stage have NaN everywhere; so have networks that are never trained, except at the first stage. At half of the
    budget only gradients, matrices and gates are measured.

    Gradient of the loss (see `GradientFlow`): [stage network] "loss" (its own unit) and "weight_gradient" (loss per
    weight), [stage network lag] "profile" (loss per unit of the full state), "hidden_profile" (loss per hidden unit),
    "contribution" (loss per weight) and "signal_to_noise".

    Recurrent matrix (see `Spectrum`; NaN for cells with several blocks or recurrent matrices): [stage network]
    "spectral_radius", "spectral_norm", "eigenvector_condition", "departure_from_normality"; [stage network eigenvalue
    part] "eigenvalues", real and imaginary parts; "chi_1", mean-field theory's factor of the squared gradient per step
    (see `chi_1`).

    Forget gate (LSTM) or update gate (GRU), NaN for cells with neither: [stage network] "kept", the geometric mean of
    the gate over steps, units and sequences; "gate_time" (steps), from its arithmetic mean; "log_kept_gap" (natural
    log), its product over all steps but the first, mean over units and sequences; "gate_saturation". Output gate, NaN
    for cells without one: "output_gate_cue", its mean at the last step, and "output_gate_gap", at all but the first and
    the last.

    States: [stage network] "hidden_saturation" of h; "filter_error", the largest |h - o tanh(c)|; "read_out_gap" and
    "read_out_end", the mean probability of the right class by the network's own read-out half-way through and at the
    end; "decoded_hidden" and "decoded_memory", the shares of classes that a linear decoder reads from h, and from m
    (see below), with noise, half-way through the sequence (NaN for cells without further states).

    Gates at the steps that the task marks (NaN where it marks none, or the cell has no such gate): [stage network]
    "accuracy" of the intact network; "writing_opening" (input gate) and "keeping_opening" (forget or update gate),
    Cohen's d of marked against other steps; "writing_mean_marked", "writing_mean_unmarked", "keeping_mean_marked",
    "keeping_mean_unmarked", the accuracy when the gate is replaced by its mean at these steps, and
    "writing_and_keeping_mean_marked", when all of the two that the cell has are. For one sequence, [stage network time]
    "trace_writing" and "trace_keeping", means of these gates over units, and "trace_confidence", the
    probability of the right answer if it were read out after this step.

    Transport of the full state s, and of m, its last part (the LSTM's c; h for cells without further states), mean over
    sequences, ignoring truncation, NaN for lags longer than the sequence: [stage network lag singular_value]
    "transport", the singular values of ds_T/ds_{T-k}; [stage network lag] "memory_transport", the spectral norm of
    dm_T/dm_{T-k} on all paths, and "gated_transport", that on the path through the forget or update gates alone (NaN
    without such a gate). [stage network] "lyapunov_exponent" (1/step), the largest, over the second half of the last
    200 steps.

    Memory: [stage network context] "ablation", the rise of the loss when the inputs before the last k are those of
    another sequence, NaN for contexts longer than the sequence; [stage network] "memory_capacity" and
    "memory_capacity_chance" (steps).

    Axes: "transport_lag" [lag] and "ablation_context" [context] (steps). Of the sequence that is traced, for tasks that
    mark steps: [network time] "trace_marked" and "trace_symbol" (the largest input of those before the mark's channel).
    """
    torch.set_num_threads(1)
    changes = build_changes(spec.changes)
    cell, task = build_cell(spec.cell, changes), task_of(spec)
    has_one_matrix = len(cell.blocks) == cell.multiplied == 1 and cell.blocks[0].sees_h
    window = backpropagation_window(changes)
    judged = judged_at(spec, learning_rates)
    inputs, target = _fresh_sequences(spec, task)
    marked = marks(task, cell, inputs)
    shown = torch.zeros(len(judged), dtype=torch.int64) if marked is None else shown_sequences(marked)
    by_stage: list[dict[str, np.ndarray]] = []
    for stage in STAGES if spec.updates else STAGES[:1]:
        weight, readout = (
            torch.from_numpy(networks[f"{stage}.{name}"][judged]).to(torch.float64) for name in ("recurrent", "readout")
        )
        measured = Networks(cell, weight, readout, record(cell, weight, inputs), target, task)
        flow = gradient_flow(measured, window=window)
        values: dict[str, Tensor] = {
            "loss": flow.loss,
            "profile": flow.profile.T,
            "hidden_profile": flow.hidden_profile.T,
            "contribution": flow.contribution.T,
            "signal_to_noise": flow.signal_to_noise.T,
            "weight_gradient": flow.weight_gradient,
            "chi_1": chi_1(measured),
            **_measure_matrix(weight[:, : spec.hidden_size, : spec.hidden_size], has_one_matrix),
            **measure_gates(measured),
            **measure_read_outs(measured),
        }
        if stage != "half":
            values |= {
                **measure_selectivity(measured, marked),
                **measure_trace(measured, shown),
                **measure_decoding(measured, spec),
                **_measure_transport(measured),
                **_measure_memory(measured),
            }
        alive = torch.isfinite(flow.loss)
        for value in values.values():
            value[~alive] = torch.nan
        by_stage.append({name: value.numpy() for name, value in values.items()})
    by_stage += [{}] * (len(STAGES) - len(by_stage))
    axes = {"transport_lag": np.array(LAGS), "ablation_context": np.array(CONTEXTS)}
    if marked is not None:
        each = torch.arange(len(judged))
        symbols = inputs[:, each, : task.mark_channel, shown].argmax(2)
        axes |= {"trace_marked": marked[:, each, shown].T.numpy(), "trace_symbol": symbols.numpy()}
    nothing = {name: np.full_like(value, np.nan) for name, value in by_stage[0].items()}
    return axes | {name: np.stack([(nothing | of_stage)[name] for of_stage in by_stage]) for name in nothing}


def _fresh_sequences(spec: RunSpec, task: Task) -> tuple[States, Targets]:
    """The sequences of every judged seed, in float64, and the answers after their last steps."""
    batches = [
        task.sample_evaluation(spec.length, SEQUENCES, generator=generator(seed, "measuring data"))
        for seed in spec.seeds
    ]
    inputs = torch.from_numpy(np.stack([batch.inputs for batch in batches], axis=1)).to(torch.float64)
    return inputs, torch.from_numpy(np.stack([batch.target for batch in batches]))


def _measure_matrix(recurrent: Weights, is_only_one: bool) -> dict[str, Tensor]:
    names = ("spectral_radius", "spectral_norm", "eigenvector_condition", "departure_from_normality")
    if not is_only_one:
        size = recurrent.shape[2]
        nothing = recurrent.new_full((len(recurrent), size, 2), torch.nan)
        return {**{name: nothing[:, 0, 0].clone() for name in names}, "eigenvalues": nothing}
    spectrum = recurrent_spectrum(recurrent)
    return {**dict(zip(names, spectrum[:4], strict=True)), "eigenvalues": torch.view_as_real(spectrum.eigenvalues)}


def _measure_transport(networks: Networks) -> dict[str, Tensor]:
    cell, recording = networks.cell, networks.recording
    lags = [lag for lag in LAGS if lag <= recording.steps]
    jacobians = state_jacobians(cell, networks.weight, recording, steps=max(LAGS), sequences=TRANSPORT_SEQUENCES)
    products = transport_products(jacobians, lags)
    memory = memory_products(products, recording.last.shape[1])
    gated = gated_transport(recording, lags, sequences=TRANSPORT_SEQUENCES)
    exponents = lyapunov_exponents(
        jacobians, count=1, transient=len(jacobians) // 2, generator=generator(0, "Lyapunov directions")
    )
    transport, memory_transport = singular_values(products).mean(2), singular_values(memory)[..., 0].mean(2)
    by_gates = torch.full_like(memory_transport, torch.nan) if gated is None else gated.amax(2).mean(2)
    return {
        "transport": _padded(transport, len(LAGS)),
        "memory_transport": _padded(memory_transport, len(LAGS)),
        "gated_transport": _padded(by_gates, len(LAGS)),
        "lyapunov_exponent": exponents[..., 0].mean(1),
    }


def _measure_memory(networks: Networks) -> dict[str, Tensor]:
    weight, recording = networks.weight, networks.recording
    contexts = [context for context in CONTEXTS if context <= recording.steps]
    ablation = context_ablation(networks, contexts)
    capacity = memory_capacity(
        networks.cell,
        weight[:CAPACITY_NETWORKS],
        inputs=recording.inputs.shape[2],
        channel=CAPACITY_CHANNEL,
        lags=CAPACITY_LAGS,
        generator=generator(0, "memory capacity"),
    )
    return {
        "ablation": _padded(ablation, len(CONTEXTS)),
        "memory_capacity": _filled(capacity.capacity, len(weight)),
        "memory_capacity_chance": _filled(capacity.chance, len(weight)),
    }


def _filled(values: PerNetwork, length: int) -> PerNetwork:
    return torch.cat([values, values.new_full((length - len(values),), torch.nan)])


def _padded(values: Float[Tensor, "k network *rest"], length: int) -> Float[Tensor, "network length *rest"]:
    """The first axis filled up with NaN to this length, and moved behind the axis of networks."""
    rest = values.new_full((length - len(values), *values.shape[1:]), torch.nan)
    return torch.cat([values, rest]).transpose(0, 1)
