"""Published results beside ours, as a table of every study."""

from pathlib import Path

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.literature.compared import PUBLISHED, compared
from gradient_horizon.literature.kept import read_kept
from gradient_horizon.literature.rows import read_rows


def compare_published(*, claims: Path, sources: Path, out: Path) -> None:
    """Writes the table `published`: the rows of the report's sources, our numbers that are kept there, and tests.

    Raises PublishedError, which names the row, where one is incomplete or lacks its run.
    """
    rows, kept = read_rows(sources / "published.json"), read_kept(sources / "published")
    PUBLISHED.save(compared(rows, kept, TESTS.load(claims)), out)
