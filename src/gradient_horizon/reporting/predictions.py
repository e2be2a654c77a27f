"""What measures before training say of memory: a table of how far they agree with T50, and the same in words."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gradient_horizon.language.numbers import SIGNS
from gradient_horizon.reporting.grid import Cell, Column, cell, estimate_cell, grid, number_cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.predictions import NAMES

TOLD = 3
"""So many of the networks that lie farthest from their prediction are named."""


def prediction_table(wording: Wording, agreement: pd.DataFrame) -> dict[str, Any]:
    """A row per measure that speaks of any network; those that agree most with T50 first."""
    columns = [
        Column("measure", width=1),
        Column("n", number=True),
        Column("limits", number=True),
        Column("tau", number=True),
        Column("in_setting", number=True),
        Column("median_ratio", number=True),
        Column("apart", width=1.6),
    ]
    of_setting = {row["predictor"]: row for row in _scope(agreement, "setting").to_dict("records")}
    rows = _scope(agreement, "all").sort_values(["correlation", "predictor"], ascending=[False, True])
    cells = [
        [
            cell(wording.names.measure(row["predictor"])),
            number_cell(wording, row["n"]),
            number_cell(wording, row["hidden"] / row["pairs"] if row["pairs"] else math.nan, "share"),
            estimate_cell(wording, row, "correlation", "-"),
            estimate_cell(wording, of_setting[row["predictor"]], "correlation", "-"),
            _ratio_cell(wording, row),
            cell(_farthest(wording, row)),
        ]
        for row in rows[rows["n"].gt(0)].to_dict("records")
    ]
    return grid(wording, "predictions", columns, cells)


def prediction_sentences(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> str:
    """How far the best measure agrees with T50, whether others are clearly worse, and over which networks it fails."""
    words, agreement = wording.words["predicted"], tables["prediction_agreement"]
    of_all = _scope(agreement, "all").set_index("predictor")
    if not of_all["best"].any():
        return str(words["nothing"])
    name = str(of_all.index[of_all["best"]][0])
    best, measure = of_all.loc[name], wording.names.measure
    low, counted = best["correlation_low"], wording.numbers.integer
    worse = [measure(other) for other in NAMES if of_all.loc[other, "behind_low"] > 0]
    missing = [
        words["of"].format(measure=measure(other), n=counted(of_all.loc[other, "n"]))
        for other in NAMES
        if of_all.loc[other, "without"]
    ]
    rows, ratio = tables["predictions"], _ratio_cell(wording, best)
    sentences = [
        words["best"].format(
            measure=measure(name),
            correlation=_correlation(wording, best),
            n=counted(best["n"]),
            settings=counted(best["settings"]),
            parts=_parts(wording, agreement, name),
        ),
        words["unknown" if math.isnan(low) else "clear" if low > 0 else "unclear"],
        words["worse"].format(measures=", ".join(worse)) if worse else words["none_worse"],
        words["hidden"].format(share=wording.numbers.share(best["hidden"] / best["pairs"])),
        words["ratio"].format(ratio=ratio["text"]) if "value" in ratio else "",
        _failures(wording, rows[rows["judged"] & rows["predictor"].eq(name)]),
        words["missing"].format(measures=", ".join(missing)) if missing else "",
    ]
    return " ".join(filter(None, sentences))


def _scope(agreement: pd.DataFrame, scope: str) -> pd.DataFrame:
    return agreement[agreement["scope"].eq(scope)]


def _correlation(wording: Wording, row: Mapping[str, Any] | pd.Series) -> str:
    return str(estimate_cell(wording, dict(row), "correlation", "-")["text"])


def _parts(wording: Wording, agreement: pd.DataFrame, name: str) -> str:
    """The correlation of the best measure over pairs of one setting, and over each task, where there are several."""
    words, own = wording.words["predicted"], agreement[agreement["predictor"].eq(name)]
    within, tasks = _scope(own, "setting"), _scope(own, "task")
    parts = [
        words["in_setting"].format(correlation=_correlation(wording, row))
        for row in within[within["settings"].gt(1)].to_dict("records")
    ]
    told = tasks[tasks["correlation"].notna()] if len(tasks) > 1 else tasks.iloc[:0]
    for row in told.to_dict("records"):
        parts.append(words["task"].format(task=wording.names.task(row["task"]), correlation=_correlation(wording, row)))
    return "".join(parts)


def _failures(wording: Wording, rows: pd.DataFrame) -> str:
    """The networks that are known to lie farthest from what was predicted, if any do."""
    apart = rows[rows["factor"].gt(1)].sort_values("factor", ascending=False, kind="stable").head(TOLD)
    words = wording.words["predicted"]
    told = "; ".join(words["network"].format(**_network(wording, row)) for row in apart.to_dict("records"))
    return str(words["fails"].format(networks=told)) if told else ""


def _farthest(wording: Wording, row: Mapping[str, Any]) -> str:
    """The network that lies farthest from its prediction."""
    if not row["apart_cell"]:
        return "–"
    told = _network(wording, row, "apart_")
    return str(wording.words["apart"].format(first=told["predicted"], second=told["learnt"], **told))


def _network(wording: Wording, row: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """A network, what was predicted of it, and what it learnt, in words."""
    horizons = {"predicted": "predicted_horizon", "learnt": "memory_horizon"}
    return {
        "network": wording.network(row[f"{prefix}cell"], row[f"{prefix}remedy"]),
        "experiment": wording.names.setting(row[f"{prefix}experiment"]),
        **{name: wording.numbers.censored(row[f"{prefix}{column}"]) for name, column in horizons.items()},
    }


def _ratio_cell(wording: Wording, row: Mapping[str, Any] | pd.Series) -> Cell:
    """The median of predicted over learnt, as far as limits let it be known."""
    least, most = float(row["ratio_least"]), float(row["ratio_most"])
    if not (least > 0 or most < math.inf):
        return cell("–")
    if least == most:
        return number_cell(wording, least)
    if least > 0 and most < math.inf:
        return cell(wording.quantities.interval(least, most), least)
    side, end = (Side.RIGHT, least) if least > 0 else (Side.LEFT, most)
    return cell(SIGNS[side] + wording.numbers.number(end), end)
