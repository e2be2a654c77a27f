"""Memory as measures before training predict it, beside the memory that training reaches."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gradient_horizon.statistics.censored import Censored, Side, censored_mean, mean_of_censored
from gradient_horizon.statistics.concordance import FEWEST_CLUSTERS, Concordance, concordance_ahead, rank_concordance
from gradient_horizon.statistics.intervals import UNKNOWN, Interval
from gradient_horizon.tables.columns import GROUP, GROUP_KEY, RUN_KEY, censored_interval, interval, interval_values
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE
from gradient_horizon.tables.memories import FEWEST_LENGTHS
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.solved import INITIAL
from gradient_horizon.tables.table import Table, Tables

FEWEST_ROWS, SHARE_OF_PAIRS = 4, 0.5
"""The best measure is one of so many rows, which orders this share of the pairs that T50 orders."""
NOISE_ALONE = 1 / 8
"""Signal to noise of steps whose gradients, of 64 sequences, have nothing in common."""
STANDS_OUT = math.sqrt(2) * NOISE_ALONE
"""From here on at least half of the square of a step's contribution is no noise."""


class Predictor(NamedTuple):
    """A measure before training, and the memory that it predicts for each network, of the table of gradients."""

    name: str
    of_networks: Callable[[pd.DataFrame], Sequence[Censored | None]]


def _horizon(column: str) -> Predictor:
    """How far the gradient reaches, as it was measured."""
    return Predictor(column, lambda gradients: list(gradients[column]))


def _decay(name: str, logarithm: Callable[[pd.DataFrame], pd.Series]) -> Predictor:
    """The steps after which 1 % is left, from the logarithm of what a step leaves."""

    def of_networks(gradients: pd.DataFrame) -> list[Censored | None]:
        pairs = zip(logarithm(gradients), gradients["length"] - 1, strict=True)
        return [_steps(float(value), int(longest)) for value, longest in pairs]

    return Predictor(name, of_networks)


def _steps(logarithm: float, longest: int) -> Censored | None:
    if math.isnan(logarithm):
        return None
    steps = math.log(HORIZON_SHARE) / logarithm if logarithm < 0 else math.inf
    return Censored.exactly(steps) if steps < longest else Censored.at_least(longest)


def _log(values: pd.Series) -> pd.Series:
    return np.log(values.where(values > 0))


SIGNAL_TO_NOISE = "signal_to_noise"
PREDICTORS = (
    _horizon("gradient_horizon_10"),
    _horizon("gradient_horizon"),
    _horizon("gradient_horizon_01"),
    _horizon("hidden_gradient_horizon"),
    _decay("lyapunov_exponent", lambda g: g["lyapunov_exponent"]),
    _decay("spectral_radius", lambda g: _log(g["spectral_radius"])),
    _decay("chi_1", lambda g: _log(g["chi_1"]) / 2),
    _decay("gate_time", lambda g: -1 / g["gate_time"]),
)
"""Of networks; that of signal to noise is of the mean over them, since one network's has too much noise."""
LEARNT = ("memory_horizon", "memory_horizon_low", "memory_horizon_high")
NAMES = (*(predictor.name for predictor in PREDICTORS), SIGNAL_TO_NOISE)


def prediction_rows(tables: Tables) -> Iterator[Row]:
    """A row per predictor of every cell and remedy with a T50, from its networks before training at the longest length.

    The predicted length is a mean over seeds, each counted as the longest lag of the sequence where it lies beyond.
    """
    horizons = tables["horizons"]
    horizons = horizons[horizons["policy"].eq("chosen")]
    gradients, noise = (table[table["moment"].eq(INITIAL)] for table in (tables["gradients"], tables["profile_means"]))
    networks = gradients.groupby(list(GROUP_KEY)).groups
    profiles = {key: rows.set_index("lag")["signal_to_noise"] for key, rows in noise.groupby(list(RUN_KEY))}
    tried = tables["success"].groupby(list(GROUP_KEY))["length"].nunique()
    for horizon in horizons.to_dict("records"):
        key = tuple(horizon[name] for name in GROUP_KEY)
        own = gradients.loc[networks.get(key, [])]
        longest = own[own["length"].eq(own["length"].max())]
        length = int(longest["length"].max()) if len(longest) else 0
        predicted = {each.name: _mean(each.of_networks(longest)) for each in PREDICTORS}
        predicted[SIGNAL_TO_NOISE] = _reach(profiles.get((*key, length)))
        for name, values in predicted.items():
            known = values["predicted_horizon"] is not None and horizon["memory_horizon"] is not None
            yield {
                **{column: horizon[column] for column in GROUP_KEY},
                "predictor": name,
                "length": length,
                "n": len(longest),
                **values,
                **{column: horizon[column] for column in LEARNT},
                **_ratio(values["predicted_horizon"], horizon["memory_horizon"]),
                "judged": known and int(tried.get(key, 0)) >= FEWEST_LENGTHS,
            }


def _mean(values: Sequence[Censored | None]) -> Row:
    known = [value for value in values if value is not None]
    _, low, high = mean_of_censored(known)
    return _predicted(censored_mean(known), low, high)


def _reach(noise: pd.Series | None) -> Row:
    """The largest lag at which the mean contribution stands out of the noise of single sequences."""
    if noise is None or noise.isna().all():
        return _predicted(None)
    last = int(noise[noise.ge(STANDS_OUT)].index.max()) if noise.ge(STANDS_OUT).any() else 0
    return _predicted(Censored.at_least(last) if last == noise.index.max() else Censored.exactly(last))


def _predicted(steps: Censored | None, low: float = math.nan, high: float = math.nan) -> Row:
    """Less than a step is told as at most one, since lags are whole steps."""
    if steps is not None and steps.known < 1:
        steps, low, high = Censored.at_most(1), 0.0, max(high, 1.0)
    return {"predicted_horizon": steps, "predicted_horizon_low": low, "predicted_horizon_high": high}


def _ratio(predicted: Censored | None, learnt: Censored | None) -> Row:
    """What is known of predicted over learnt, and of the factor by which the two lie apart."""
    if predicted is None or learnt is None:
        return {"ratio_least": math.nan, "ratio_most": math.nan, "factor": math.nan}
    (steps, side), (length, other) = predicted.parts, learnt.parts
    sides = {side, other.opposite}
    least = 0.0 if Side.LEFT in sides else steps / length
    most = math.inf if Side.RIGHT in sides else steps / length
    return {"ratio_least": least, "ratio_most": most, "factor": max(1.0, least, 1 / most)}


def prediction_agreement_rows(tables: Tables) -> Iterator[Row]:
    """A row per predictor, over all settings, over all but with pairs of one setting only, and for each task.

    The best of them agrees most with what is learnt, of those that order half of the pairs that T50 orders: one that
    sees no end of most gradients ranks few networks, and one of gates those that have some.
    """
    judged = tables["predictions"][tables["predictions"]["judged"]]
    yield from _scope(judged, "all")
    yield from _scope(judged, "setting")
    for task, rows in judged.groupby("task"):
        yield from _scope(rows, "task", str(task))


def _scope(judged: pd.DataFrame, scope: str, task: str = "") -> Iterator[Row]:
    by_name = {name: judged[judged["predictor"].eq(name)].set_index(list(GROUP_KEY)) for name in NAMES}
    learnt = judged.drop_duplicates(list(GROUP_KEY)).set_index(list(GROUP_KEY))
    arms, ordered = (
        len(learnt),
        _ordered(rank_concordance(*[list(learnt["memory_horizon"])] * 2, **_cases(learnt, scope))),
    )
    found = {name: _concordance(rows, scope) for name, rows in by_name.items()}
    told = {
        name: found[name].correlation.estimate
        for name, rows in by_name.items()
        if len(rows) >= FEWEST_ROWS and _ordered(found[name]) >= SHARE_OF_PAIRS * ordered
    }
    best = max((name for name in told if math.isfinite(told[name])), key=lambda name: told[name], default="")
    for name, rows in by_name.items():
        behind = UNKNOWN if name == best or not best else _behind(by_name[best], rows, scope)
        yield {
            "predictor": name,
            "scope": scope,
            "task": task,
            "n": len(rows),
            "without": arms - len(rows),
            "cells": _of(rows, "cell").nunique(),
            "resampled": _resampled(rows),
            "settings": _of(rows, "experiment").nunique(),
            **interval_values("correlation", found[name].correlation),
            "pairs": found[name].pairs,
            "hidden": found[name].hidden,
            "best": name == best,
            **interval_values("behind", behind),
            "ratio_least": float(rows["ratio_least"].median()),
            "ratio_most": float(rows["ratio_most"].median()),
            **_farthest_apart(rows),
        }


def _ordered(concordance: Concordance) -> int:
    return concordance.pairs - concordance.hidden


def _of(rows: pd.DataFrame, level: str) -> pd.Series:
    return rows.index.get_level_values(level).to_series(index=range(len(rows)))


def _resampled(rows: pd.DataFrame) -> str:
    """What is resampled: whole cells; cells with a remedy, in all settings, where there are too few cells for that."""
    return "cell" if _of(rows, "cell").nunique() >= FEWEST_CLUSTERS else "remedy"


def _cases(rows: pd.DataFrame, scope: str) -> dict[str, Any]:
    """What each row lies in: what is resampled; and its setting, where pairs are of one."""
    arms = _of(rows, "cell") if _resampled(rows) == "cell" else _of(rows, "cell") + " " + _of(rows, "remedy")
    return {"clusters": list(arms), "strata": list(_of(rows, "experiment")) if scope == "setting" else None}


def _concordance(rows: pd.DataFrame, scope: str) -> Concordance:
    return rank_concordance(list(rows["predicted_horizon"]), list(rows["memory_horizon"]), **_cases(rows, scope))


def _behind(best: pd.DataFrame, rows: pd.DataFrame, scope: str) -> Interval:
    """By how much the best agrees better, over the cells and remedies that both speak of."""
    both = best[best.index.isin(rows.index)]
    values = (list(both["predicted_horizon"]), list(rows.loc[rows.index.isin(best.index), "predicted_horizon"]))
    return concordance_ahead(*values, list(both["memory_horizon"]), **_cases(both, scope))


def _farthest_apart(rows: pd.DataFrame) -> Row:
    if rows.empty:
        names, horizons = ("", "", ""), (None, None)
    else:
        row = rows.iloc[int(rows["factor"].to_numpy().argmax())]
        experiment, _, cell, remedy = row.name
        names, horizons = (experiment, cell, remedy), (row["predicted_horizon"], row["memory_horizon"])
    columns = (f"apart_{name}" for name in ("experiment", "cell", "remedy", "predicted_horizon", "memory_horizon"))
    return dict(zip(columns, (*names, *horizons), strict=True))


PREDICTIONS = Table(
    row="a measure before training of a cell with a remedy in an experiment, and the memory that it learnt",
    columns=(
        *GROUP,
        Column("predictor", "text", "-", "measure before training: a column of gradients, or of signal to noise"),
        Column("length", "count", "steps", "length of the sequences it is taken on: the longest; 0: no networks"),
        Column("n", "count", "seeds", "judged networks of that length"),
        *censored_interval(
            "predicted_horizon",
            "steps",
            "mean memory predicted: how far the gradient reaches, or until 1 % is left; empty: not measured here",
        ),
        *censored_interval("memory_horizon", "steps", "T50, which they learnt"),
        Column("ratio_least", "number", "-", "predicted over learnt is known to be at least this"),
        Column("ratio_most", "number", "-", "and at most this; the same where both are known exactly"),
        Column("factor", "number", "-", "the two are known to lie apart by so much at least; 1: they may be equal"),
        Column("judged", "flag", "-", "true: both are known, at least by a limit, and 3 lengths or more were tried"),
    ),
    key=(*GROUP_KEY, "predictor"),
    of_tables=prediction_rows,
)

PREDICTION_AGREEMENT = Table(
    row="a measure before training against what is learnt, over judged rows of the table of predictions",
    columns=(
        Column("predictor", "text", "-", "measure before training"),
        Column("scope", "text", "-", "pairs that are compared: all; of one setting (experiment) each; of one task"),
        Column("task", "text", "-", "that task, else empty"),
        Column("n", "count", "rows", "cells with a remedy in a setting"),
        Column("without", "count", "rows", "others with a T50, which lack this measure"),
        Column("cells", "count", "-", "different cells"),
        Column(
            "resampled",
            "text",
            "-",
            "what the intervals resample as a whole: cell; with fewer than 3, each remedy of it",
        ),
        Column("settings", "count", "-", "different settings"),
        *interval("correlation", "-", "Kendall's tau-b with T50, over pairs of known order (resampled)"),
        Column("pairs", "count", "pairs", "all pairs"),
        Column("hidden", "count", "pairs", "pairs left out, since a limit hides their order"),
        Column(
            "best", "flag", "-", "true: the largest correlation of measures that order half of the pairs that T50 does"
        ),
        *interval("behind", "-", "correlation of the best less that of this measure, over rows that have both"),
        Column("ratio_least", "number", "-", "median of predicted over learnt is at least this, whatever limits hide"),
        Column("ratio_most", "number", "-", "and at most this"),
        Column("apart_experiment", "text", "-", "experiment of the row with the largest factor; empty: no rows"),
        Column("apart_cell", "text", "-", "its cell"),
        Column("apart_remedy", "text", "-", "its remedy"),
        Column("apart_predicted_horizon", "censored", "steps", "what was predicted of it"),
        Column("apart_memory_horizon", "censored", "steps", "its T50"),
    ),
    key=("predictor", "scope", "task"),
    of_tables=prediction_agreement_rows,
)
