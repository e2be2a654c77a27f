"""A rendered report for those who only want to read."""

from pathlib import Path

from gradient_horizon.reporting.showcase import write_showcase


def show(*, results: Path, sources: Path, readme: Path) -> None:
    """Copies the report of a finished study into docs/, and its picture and verdicts into README."""
    write_showcase(results, sources, readme)
