"""Lists of cells with remedies and of lengths: the gradient in training, and success against length."""

from typing import Any

import altair
import numpy as np
import pandas as pd

from gradient_horizon.figures.groups import memory_groups, of_group, plain
from gradient_horizon.figures.interactive.specify import POWER_OF_TEN, choice, finished, rounded
from gradient_horizon.figures.style import SEQUENTIAL, cell_colour
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

STEPS, RECORDS = 20, 20
"""Maximum number of steps and of records in a field."""
DARKEST = -8


def specify(tables: Tables, words: Words, language: str) -> dict[str, Any]:
    """The heat map on the left, success against length on the right, the chosen length emphasised."""
    groups = memory_groups(tables["horizons"])
    recorded, success = tables["hidden_gradients"], tables["success"]
    success = success[success["policy"].eq("chosen")]
    fields: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    for group in groups.itertuples():
        key = (group.experiment, group.cell, group.remedy)
        name = {"g": group.cell if group.remedy == "none" else f"{group.cell} + {group.remedy}"}
        fields += [{**name, **field} for field in _fields(of_group(recorded, *key))]
        shares += [{**name, **share} for share in _shares(of_group(success, *key), group.cell)]
    names = list(dict.fromkeys(field["g"] for field in fields))
    first = [name for name in (group.cell for group in plain(groups).itertuples()) if name in names]
    lengths = sorted({field["T"] for field in fields})
    controls = [
        choice("group", words["group"], names, [*first, *names, ""][0]),
        choice("length", words["length"], lengths, lengths[len(lengths) // 2] if lengths else 0),
    ]
    chart = altair.hconcat(_heat_map(fields, words), _success(shares, words), spacing=30).add_params(*controls)
    return finished(chart.resolve_scale(color="independent"))


def _fields(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Logarithms of the gradient per length, subsampled; row-major, records upwards, steps from the first."""
    fields = []
    for length, records in rows.groupby("length"):
        first_job = records[records["first_seed"].eq(records["first_seed"].min())]
        values = first_job.pivot(index="update", columns="step", values="gradient").sort_index()
        values = values.iloc[:: -(-len(values) // RECORDS), :: -(-values.shape[1] // STEPS)]
        logs = np.log10(np.maximum(values.to_numpy(dtype=float), 10.0**DARKEST))
        updates = values.index.to_numpy(dtype=float)
        fields.append(
            {
                "T": int(str(length)),
                "w": float(length) / values.shape[1],
                "n": values.shape[1],
                "u": float(updates[1] - updates[0]) if len(updates) > 1 else 1.0,
                "z": [round(float(value), 1) for value in logs.flatten()],
            }
        )
    return fields


def _shares(rows: pd.DataFrame, cell: str) -> list[dict[str, Any]]:
    columns = {"s": "solved_share", "a": "solved_share_low", "b": "solved_share_high"}
    return [
        {"T": int(row["length"]), "c": cell_colour(cell), **rounded({to: row[of] for to, of in columns.items()})}
        for row in rows.to_dict("records")
    ]


def _heat_map(fields: list[dict[str, Any]], words: Words) -> altair.Chart:
    legend = altair.Legend(title=words["colour"], labelExpr=POWER_OF_TEN, orient="bottom", gradientLength=260)
    scale = altair.Scale(scheme=SEQUENTIAL, domain=[DARKEST, 0], clamp=True)
    return (
        altair.Chart(altair.Data(values=fields))
        .transform_filter("datum.g == group && datum.T == length")
        .transform_flatten(["z"])
        .transform_window(row="row_number()")
        .transform_calculate(column="(datum.row - 1) % datum.n", record="floor((datum.row - 1) / datum.n)")
        .transform_calculate(
            left="0.5 + datum.column * datum.w",
            right="0.5 + (datum.column + 1) * datum.w",
            below="datum.record * datum.u",
            above="(datum.record + 1) * datum.u",
        )
        .mark_rect(strokeWidth=0)
        .encode(
            x=altair.X(
                "left:Q", title=words["x"], scale=altair.Scale(nice=False, zero=False), axis=altair.Axis(grid=False)
            ),
            x2="right:Q",
            y=altair.Y("below:Q", title=words["y"], scale=altair.Scale(nice=False), axis=altair.Axis(grid=False)),
            y2="above:Q",
            color=altair.Color("z:Q", scale=scale, legend=legend),
        )
        .properties(width=330, height=300)
    )


def _success(shares: list[dict[str, Any]], words: Words) -> altair.LayerChart:
    lengths = sorted({share["T"] for share in shares})
    axis = altair.Axis(values=lengths, format="d", labelOverlap=True)
    x = altair.X("T:Q", title=words["lengths"], scale=altair.Scale(type="log", nice=False, padding=12), axis=axis)
    y = altair.Y("s:Q", title=words["share"], scale=altair.Scale(domain=[0, 1]), axis=altair.Axis(format="%"))
    colour = altair.Color("c:N", scale=None, legend=None)
    base = altair.Chart(altair.Data(values=shares)).transform_filter("datum.g == group").encode(x=x, color=colour)
    size = altair.condition("datum.T == length", altair.value(190), altair.value(50))
    return altair.layer(
        base.mark_line(strokeWidth=2).encode(y=y),
        base.mark_rule().encode(y=altair.Y("a:Q", title=words["share"]), y2="b:Q"),
        base.mark_point(filled=True, opacity=1).encode(y=y, size=size),
    ).properties(width=210, height=300)
