"""Rows that a test must not read: of other arms, moments, lengths and rates, of networks not judged or not solved."""

import pandas as pd
from evidence_rows import LENGTHS

from gradient_horizon.claims.evidence.compared import AccuracyDifference, LargestGradientRatio
from gradient_horizon.claims.evidence.orders import MemoryOrder
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES

MOMENTS = ("initial", "half", "final")
OF_ONE_RATE = AccuracyDifference | LargestGradientRatio | MemoryOrder
"""Evidence on networks at the chosen rate that reads nothing of the others; shares need them for their intervals."""
STATUS = {"solved": "unsolved", "unsolved": "diverged", "diverged": "solved"}


def with_decoys(tables, test):
    """The tables with further rows that must not matter to the test, each with other values."""
    return {name: _decoyed(name, table, test) if len(table) else table for name, table in tables.items()}


def _decoyed(name, table, test):
    used = set(test.evidence.where)
    changed = [{"experiment": "elsewhere"}, {"remedy": "another"}, {"cell": "another"}] if "remedy" in table else []
    if test.evidence.tables[0] == name:
        moments = [moment for moment in MOMENTS if f"moment-{moment}" not in used and "all-moments" not in used]
        changed += [{"moment": moments[0]}] if moments else []
        changed += [{"solved": False, "seed": 900}] if "solved-networks" in used else []
        changed += [{"length": 1}] if {"longest-length", "farthest-length"} & used else []
        changed += [{"policy": "0.5"}, {"kind": "another"}]
        changed += [{"precision": "another"}] if name == "equality" else []
        changed += [{"factor": 16}] if name == "extrapolation" else []
        changed += [{"judged": False, "seed": 2000}] if name == "networks" else []
        changed += [{"chosen": False, "learning_rate": 0.5}] if isinstance(test.evidence, OF_ONE_RATE) else []
    changed += [{"rank": 1}]
    key = list(TABLES[name].key)
    pieces = [table]
    for number, change in enumerate(changed):
        if set(change) <= set(table):
            shift = {column: table[column] + value for column, value in change.items() if column == "seed"}
            source = table
            if name == "networks" and {"judged", "length"} & set(change):
                source = table[table["judged"] & table["length"].gt(min(LENGTHS))]  # the shortest is for pilots
            numbered = {"run": source["run"] + f"-{number}"} if "run" in table else {}
            pieces.append(_disturbed(name, source).assign(**change | shift | numbered))
    return pd.concat(pieces, ignore_index=True).drop_duplicates(key)


def _disturbed(name, table):
    """The same rows with other values outside the key."""
    disturbed = table.copy()
    for column in table.columns.difference(TABLES[name].key):
        values = table[column]
        if column == "status":
            disturbed[column] = values.map(STATUS).astype(values.dtype)
        elif values.dtype in ("float64", "Int64"):
            disturbed[column] = 3 * values + 1
        elif values.dtype == object:
            disturbed[column] = [None if value is None else Censored.exactly(150) for value in values]
    return disturbed


def without_arms(tables, test):
    """The tables without the rows of the arms that the test names; without any rows where it names none."""
    arms = {(arm.setting or test.setting, arm.cell, arm.remedy) for arm in test.evidence.arms}

    def kept(table):
        if "remedy" not in table or not arms:
            return table.head(0)
        keys = zip(table["experiment"], table["cell"], table["remedy"], strict=True)
        return table[[key not in arms for key in keys]]

    return {name: kept(table) for name, table in tables.items()}
