"""What is drawn in a panel, and the rows of a table that it should show."""

import math

from matplotlib.colors import to_hex


def points(panel, colour=None):
    """Places of all markers of a panel."""
    lines = [line for line in panel.lines if line.get_marker() not in (None, "None", "")]
    if colour:
        lines = [line for line in lines if to_hex(line.get_color()).upper() == colour.upper()]
    return [(float(x), float(y)) for line in lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]


def has(pairs, x, y):
    return any(math.isclose(x, px, rel_tol=1e-9) and math.isclose(y, py, rel_tol=1e-9) for px, py in pairs)


def of(table, group):
    """The rows of an experiment, cell and remedy."""
    experiment, cell, remedy = group
    return table[table["experiment"].eq(experiment) & table["cell"].eq(cell) & table["remedy"].eq(remedy)]
