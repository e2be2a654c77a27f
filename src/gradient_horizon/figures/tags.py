"""Marks on what belongs to a network: the page finds, fades and adds to such parts of a figure by these names."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from matplotlib.artist import Artist
from matplotlib.container import Container

NAMES = ("cell", "remedy", "task", "length")
"""What can be told of an element, each as the attribute data-NAME."""

_PREFIX = "network?"


def tag(
    *parts: Artist | Container | Iterable[Artist],
    cell: str,
    remedy: str | None = None,
    task: str | None = None,
    length: int | None = None,
) -> None:
    """Marks lines, marks, patches, texts or whole panels as those of a cell, with a remedy, on a task, at a length."""
    told = dict(zip(NAMES, (cell, remedy, task, length), strict=True))
    name = _PREFIX + urlencode({key: value for key, value in told.items() if value is not None})
    for part in parts:
        for artist in _artists(part):
            artist.set_gid(name)


def attributes(gid: str) -> dict[str, str]:
    """The attributes of a marked element; none for any other id."""
    if not gid.startswith(_PREFIX):
        return {}
    return {f"data-{key}": value for key, value in parse_qsl(gid.removeprefix(_PREFIX), keep_blank_values=True)}


def _artists(part: Artist | Container | Iterable[Artist]) -> Iterable[Artist]:
    if isinstance(part, Container):
        return part.get_children()
    return [part] if isinstance(part, Artist) else part
