"""Names that a module of the user's own may have, so that Python finds it and nothing else."""

import sys
from importlib.util import find_spec
from pathlib import Path


def misnamed(module: str) -> str | None:
    """What is wrong with the name of a module, without its subject; None: nothing.

    A module beside the study that is called as one of Python's, or of an installed package, would hide that from every
    job, or be hidden by it.
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return (
            f"must be in a module of your own, with a name that no module of Python has, got {top!r}; rename the file"
        )
    beside = next((path for path in (Path(f"{top}.py"), Path(top, "__init__.py")) if path.is_file()), None)
    try:
        found = find_spec(top) if beside else None
    except (ImportError, ValueError):
        return None
    if beside is None or found is None or found.origin is None or Path(found.origin).resolve() == beside.resolve():
        return None
    return (
        f"must be in a module with a name that no installed package has, got {top!r}, which Python finds in "
        f"{found.origin}; rename {beside}"
    )
