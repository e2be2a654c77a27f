"""Tables of memories: how long a sequence each arm of a claim still learns to remember across."""

from evidence_rows import SEEDS, pilots, rows_with
from hand_made_tables import tables_of
from numpy import full

from gradient_horizon.claims.evidence.memory import T50, LengthRatio

PILOTS = 5


def memory_tables(claim, t50_of, *, optional=False, solved_pilots=lambda setting: PILOTS):
    """Tables in which every arm whose memories the claim compares has the T50 that `t50_of(arm, setting)` names.

    All seeds solve up to that length, give or take an eighth of it. None: the arm has no rows.
    """
    rows = []
    for test in claim.tests:
        if isinstance(test.evidence, LengthRatio) and (optional or not test.optional):
            for arm in test.evidence.arms:
                setting = arm.setting or test.setting
                t50 = t50_of(arm, setting)
                if t50 is not None:
                    rows += rows_with(T50(arm), setting, full(SEEDS, float(t50)))
                    rows += pilots(setting, arm, solved_pilots(setting), PILOTS)
    return tables_of(rows)


def swapped(tables, first, second, settings=None):
    """The tables with the rows of two arms exchanged, in all settings or in some."""

    def exchanged(table):
        if "remedy" not in table:
            return table
        own = [
            (table["cell"].eq(arm.cell) & table["remedy"].eq(arm.remedy))
            & (True if settings is None else table["experiment"].isin(settings))
            for arm in (first, second)
        ]
        table = table.copy()
        for rows, arm in zip(own, (second, first), strict=True):
            table.loc[rows, "cell"], table.loc[rows, "remedy"] = arm.cell, arm.remedy
        return table

    return {name: exchanged(table) for name, table in tables.items()}
