"""All measures of a run, from its saved networks."""

from collections.abc import Mapping

import numpy as np
import torch

from gradient_horizon import registries
from gradient_horizon.measuring.gradients import gradient_flow
from gradient_horizon.measuring.spectra import recurrent_spectrum
from gradient_horizon.plan import RunSpec
from gradient_horizon.seeding import generator
from gradient_horizon.training import build_cell, build_changes

MOMENTS = ("initial", "half", "final")
SEQUENCES = 64


def measure(spec: RunSpec, chosen_learning_rate: float, networks: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Measures of the judged seeds at the run's learning rate, on fresh sequences of their own, in float64.

    Arrays [moment seed lag] "profile" and "contribution"; [moment seed] "loss", "weight_gradient", "kept",
    "spectral_radius" and "spectral_norm" (of the recurrent matrix; NaN for cells with several). Networks that had
    left or diverged at a moment have NaN.
    """
    torch.set_num_threads(1)
    changes = build_changes(spec)
    cell = build_cell(spec, changes)
    task = registries.load(registries.TASKS, "task", spec.task)()
    layout = cell.layout(spec.hidden_size, task.inputs)
    free = None if layout.free is None else torch.from_numpy(layout.free).to(torch.float64)
    window = next(filter(None, (change.backpropagation_window() for change in changes)), None)
    members = [(seed, rate) for seed in (*spec.seeds, *spec.selection_seeds) for rate in spec.learning_rates]
    judged = [members.index((seed, chosen_learning_rate)) for seed in spec.seeds]
    batches = [
        task.sample_evaluation(spec.length, SEQUENCES, generator=generator(seed, "measuring data"))
        for seed in spec.seeds
    ]
    inputs = torch.from_numpy(np.stack([batch.inputs for batch in batches], axis=1)).to(torch.float64)
    target = torch.from_numpy(np.stack([batch.target for batch in batches]))
    found: dict[str, list[np.ndarray]] = {}
    for moment in MOMENTS:
        recurrent, readout = (
            torch.from_numpy(networks[f"{moment}.{name}"][judged]).to(torch.float64)
            for name in ("recurrent", "readout")
        )
        flow = gradient_flow(cell, task, recurrent, readout, inputs, target, window=window, free=free)
        values = {
            "loss": flow.loss,
            "profile": flow.profile.T,
            "contribution": flow.contribution.T,
            "weight_gradient": flow.weight_gradient,
            "kept": flow.kept,
            "spectral_radius": torch.full_like(flow.loss, torch.nan),
            "spectral_norm": torch.full_like(flow.loss, torch.nan),
        }
        if layout.blocks == 1:
            spectrum = recurrent_spectrum(recurrent[:, :, : spec.hidden_size])
            values |= {"spectral_radius": spectrum.radius, "spectral_norm": spectrum.norm}
        for name, value in values.items():
            found.setdefault(name, []).append(value.numpy())
    return {name: np.stack(values) for name, values in found.items()}
