"""Tables made by hand: from rows that say only what matters, and from several such sets."""

import math

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES

EMPTY = {name: schema.frame([]) for name, schema in TABLES.items()}


def frame(name, rows):
    """A table from rows that say only what matters; a plain number in a column of censored values is a known one."""
    blank = {"text": "", "count": 0, "number": math.nan, "flag": False, "censored": None}
    columns = {column.name: blank[column.kind] for column in TABLES[name].columns}
    censorable = {column.name for column in TABLES[name].columns if column.kind == "censored"}

    def whole(row):
        given = {
            k: Censored.exactly(v) if k in censorable and isinstance(v, int | float) else v for k, v in row.items()
        }
        return {**columns, **given}

    return TABLES[name].frame(whole(row) for row in rows)


def spread(name, estimate, low, high):
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def tables_of(rows):
    """Tables from pairs of a table's name and a row; rows with the same key are one, the later over the earlier."""
    whole = {}
    for name, row in rows:
        key = tuple(row.get(column) for column in TABLES[name].key)
        found = whole.setdefault(name, {})
        found[key] = found.get(key, {}) | row
    return EMPTY | {name: frame(name, found.values()) for name, found in whole.items()}
