"""The two folders in which studies write, and what may stand in their place."""

from pathlib import Path

from gradient_horizon.errors import StoreError

RESULTS, STORE = Path("results"), Path("store")
"""In the folder of a study; in them there is nothing but what was written by `storage`."""

ADVICE = "move it away, or make it a folder, or a link to one"


def obstacle(folder: Path) -> str | None:
    """What stands where a folder should be, in words; None: the folder, a link to one, or nothing at all."""
    if folder.is_dir():
        return None
    if folder.is_symlink():
        return f"a link to {folder.readlink()}, where there is {'a file' if folder.exists() else 'nothing'}"
    return "a file" if folder.exists() else None


def require_folders(*folders: Path) -> None:
    """Raises StoreError with a sentence for each that is neither a folder nor absent."""
    found = {folder: what for folder in folders if (what := obstacle(folder))}
    if found:
        raise StoreError(
            "\n".join(f"{folder} must be a folder, got {what}; {ADVICE}" for folder, what in found.items())
        )
