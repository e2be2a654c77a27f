"""How far the definitions of memory agree: rank correlations over cells and remedies."""

import textwrap

import pandas as pd

from gradient_horizon.figures.style import INK, SMALL, Picture, is_narrow, new_figure, nothing_to_draw, number, span
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

DIVERGING = "PuOr_r"
NARROW_FIELD = 9
"""Characters a line of a field on a phone."""
STRONGEST = 2.0
"""End of the scale of colours: no field is so dark that it hides its text."""
NAMES = (
    "memory_horizon",
    "gradient_horizon_initial",
    "gradient_horizon_trained",
    "memory_capacity",
    "context_needed",
    "gate_time",
)


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """The lower triangle of a matrix; each field with the correlation, its interval and n."""
    pairs = tables["agreement"]
    pairs = pairs[pairs["correlation"].notna()]
    if pairs.empty:
        return nothing_to_draw(words["nothing"])
    names = [name for name in NAMES if name in set(pairs["first"]) | set(pairs["second"])]
    ranked = pairs.sort_values("correlation", kind="stable")
    ends = {
        end: words["pair"].format(**{which: words[row[which]].replace("\n", " ") for which in ("first", "second")})
        for end, row in (("least_pair", ranked.iloc[0]), ("most_pair", ranked.iloc[-1]))
    }
    numbers = {
        end: _correlation(row["correlation"], language)
        for end, row in (("least", ranked.iloc[0]), ("most", ranked.iloc[-1]))
    }
    lengths = {"length": pairs["length"].max(), "trained": pairs["trained_length"].max()}
    subtitle = words["subtitle"].format(
        n=span(pairs["n"], language), **{name: number(length, language) for name, length in lengths.items()}
    )
    size = len(names) - 1
    figure, ((panel,),) = new_figure(
        words["title"].format(**ends, **numbers), subtitle, height=(0.9 if is_narrow() else 0.58) * size + 0.6
    )
    for pair in pairs.itertuples():
        row, column = sorted((names.index(pair.first), names.index(pair.second)), reverse=True)
        look = {"cmap": DIVERGING, "vmin": -STRONGEST, "vmax": STRONGEST, "edgecolor": "white", "linewidth": 2}
        panel.pcolormesh([column - 0.5, column + 0.5], [row - 1.5, row - 0.5], [[pair.correlation]], **look)
        centre = {"ha": "center", "color": INK}
        panel.text(
            column, row - 1.13, _correlation(pair.correlation, language), va="center", fontweight="bold", **centre
        )
        low, high = (_correlation(end, language) for end in (pair.correlation_low, pair.correlation_high))
        interval = textwrap.wrap(words["interval"].format(low=low, high=high), NARROW_FIELD if is_narrow() else 40)
        under = "\n".join([*interval, words["rows"].format(n=pair.n)])
        panel.text(column, row - 0.98, under, va="top", fontsize=SMALL, **centre)
    panel.set_xlim(-0.5, size - 0.5)
    panel.set_ylim(size - 0.5, -0.5)
    turned = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if is_narrow() else {}
    panel.set_xticks(range(size), [words[name] for name in names[:-1]], fontsize=SMALL, **turned)
    panel.set_yticks(range(size), [words[name] for name in names[1:]], fontsize=SMALL)
    panel.tick_params(length=0, colors=INK)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    return figure


def _correlation(value: float, language: str) -> str:
    """A correlation with two decimals."""
    return number(round(value, 2), language, digits=2 if abs(value) >= 0.095 else 1)
