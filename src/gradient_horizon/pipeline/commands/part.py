"""Results of a study, or of a part of it, made small enough to be committed and joined with others."""

from pathlib import Path

from gradient_horizon.pipeline.parts import write_part


def make_part(*, results: Path, out: Path) -> None:
    """Writes what `merge` needs of these results into a folder, and prints its size."""
    size = write_part(results, out)
    print(f"{out}: {size / 1e6:.1f} MB, to be committed with the hidden folders of its checksums", flush=True)
