"""What `measure` returns: gradients by lag, spectra and transport of one layer, as arrays, a frame or a figure."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Complex, Float, Int

from gradient_horizon.library.showing import counted, page, table_html
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.decay import DecayFit, decay_fit
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE, gradient_horizon

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PerLag = Float[np.ndarray, " lag"]


@dataclass(frozen=True, eq=False)
class MatrixSpectrum:
    """Of a recurrent matrix: eigenvalues, largest modulus first, singular values, largest first, and what follows.

    `radius` is the largest modulus of an eigenvalue; `departure_from_normality` is Henrici's (1962) over the Frobenius
    norm, 0 for a normal matrix and 1 for a nilpotent one.
    """

    eigenvalues: Complex[np.ndarray, " eigenvalue"]
    singular_values: Float[np.ndarray, " singular_value"]
    radius: float
    departure_from_normality: float


@dataclass(frozen=True, eq=False)
class Measurement:
    """How far back the gradient of one layer reaches, and the matrices behind it.

    `profile[k]` is the batch mean of the norm of dL/ds_{T-k}, s being all that a step hands to the next (loss per unit
    of s), `hidden_profile[k]` that of dL/dh_{T-k} with further states, such as an LSTM's c, held. `spectra` are those
    of the recurrent matrices, by block. `transport[i]` are the singular values of ds_T/ds_{T-k} for the lag k (steps)
    of `transport_lags[i]`, mean over two sequences. `lyapunov_exponent` (1/step) is the largest, over the second half
    of the last 200 steps.

    >>> import torch
    >>> from gradient_horizon import measure
    >>> found = measure(torch.nn.LSTM(2, 3), torch.ones(8, 1, 2))
    >>> found.profile.shape, sorted(found.spectra), found.spectra["f"].eigenvalues.shape, found.transport.shape
    ((8,), ['f', 'g', 'i', 'o'], (3,), (3, 6))
    >>> found.to_frame().columns.tolist()
    ['lag', 'gradient', 'relative_gradient', 'hidden_gradient']
    """

    name: str
    units: int
    loss: float
    profile: PerLag = field(repr=False)
    hidden_profile: PerLag = field(repr=False)
    spectra: dict[str, MatrixSpectrum] = field(repr=False)
    transport_lags: Int[np.ndarray, " transport_lag"] = field(repr=False)
    transport: Float[np.ndarray, "transport_lag singular_value"] = field(repr=False)
    lyapunov_exponent: float

    @property
    def steps(self) -> int:
        """Steps of the sequences."""
        return len(self.profile)

    @property
    def relative_profile(self) -> PerLag:
        """The profile over its value at lag 0; NaN if that is 0."""
        return _relative(self.profile)

    @property
    def horizon(self) -> Censored | None:
        """The largest lag (steps) at which the gradient is at least 1 % of that at the loss; None: it is 0 there.

        A limit, such as "≥ 79", if it is still that large at the first step.
        """
        return gradient_horizon(self.profile)

    @property
    def hidden_horizon(self) -> Censored | None:
        """The same of the gradient by h alone."""
        return gradient_horizon(self.hidden_profile)

    @cached_property
    def decay(self) -> DecayFit:
        """The factor per step of an exponential through the profile, with its 95 % interval, and how well it fits."""
        return decay_fit(self.profile)

    @property
    def radius(self) -> float:
        """The spectral radius of the only recurrent matrix; NaN for gated layers, which have several (`spectra`)."""
        return next(iter(self.spectra.values())).radius if len(self.spectra) == 1 else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """A row per lag: the gradient by the full state, over its value at lag 0, and by h alone."""
        return pd.DataFrame(
            {
                "lag": np.arange(self.steps),
                "gradient": self.profile,
                "relative_gradient": self.relative_profile,
                "hidden_gradient": self.hidden_profile,
            }
        )

    def plot(self, axes: "Axes | None" = None) -> "Axes":
        """Draws both profiles over their values at lag 0, in the style of the report; without axes on a new figure."""
        import matplotlib.pyplot as plt  # here: measuring needs no figure

        from gradient_horizon.figures.style import GREY, cell_colour, house_style

        with house_style(5.0):
            panel = axes or plt.subplots(figsize=(5.0, 3.2), layout="constrained")[1]
            colour = cell_colour(self.name)
            for values, look in ((self.profile, {"linewidth": 2.2}), (self.hidden_profile, {"linestyle": "--"})):
                shown = np.where(values > 0, _relative(values), np.nan)
                label = "full state" if values is self.profile else "h alone"
                panel.plot(np.arange(self.steps), shown, color=colour, label=label, **look)
            panel.axhline(HORIZON_SHARE, color=GREY, linestyle=":", linewidth=0.9, label="1 %")
            panel.set_yscale("log")
            panel.set_xlabel("lag k, steps back from the loss")
            panel.set_ylabel("gradient over that at the loss")
            panel.set_title(f"gradient horizon {_steps(self.horizon)}")
            panel.legend()
        return panel

    def _head(self) -> str:
        return f"{self.name}, {counted(self.units, 'unit')}, {counted(self.steps, 'step')}"

    def __repr__(self) -> str:
        words = [f"gradient horizon {_steps(self.horizon)}", f"factor {self.decay.factor.estimate:.3g} per step"]
        if len(self.spectra) == 1:
            words.append(f"spectral radius {self.radius:.3g}")
        return f"{self._head()}: {', '.join(words)}"

    def _repr_html_(self) -> str:
        fit = self.decay
        rows = [
            ("gradient horizon", _steps(self.horizon)),
            ("the same by h alone", _steps(self.hidden_horizon)),
            ("factor per step", f"{fit.factor.estimate:.4g} ({fit.factor.low:.4g} to {fit.factor.high:.4g})"),
            ("largest Lyapunov exponent", f"{self.lyapunov_exponent:.4g} per step"),
            *((f"spectral radius, {name}", f"{each.radius:.4g}") for name, each in self.spectra.items()),
        ]
        return page(self._head(), table_html(("measure", "value"), rows))


def _relative(values: PerLag) -> PerLag:
    return values / values[0] if values[0] > 0 else np.full_like(values, np.nan)


def _steps(horizon: Censored | None) -> str:
    if horizon is None:
        return "unknown: the gradient at the loss is 0 or not finite"
    return f"{horizon} steps" + (", the longest lag" if horizon.parts[1] is Side.RIGHT else "")
