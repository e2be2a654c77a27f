"""The generators that every program shares, which a class of the user's own must leave alone."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np


class _Shared(NamedTuple):
    """A shared generator: how its state is read, compared and put back."""

    name: str
    read: Callable[[], Any]
    words: Callable[[Any], object]
    write: Callable[[Any], object]


@contextmanager
def watched() -> Iterator[list[str]]:
    """A list that names, after the block, the shared generators that were drawn from in it; they are put back."""
    drawn: list[str] = []
    before = [(shared, shared.read()) for shared in _shared()]
    try:
        yield drawn
    finally:
        for shared, state in before:
            if shared.words(shared.read()) != shared.words(state):
                drawn.append(shared.name)
                shared.write(state)


def _shared() -> Iterator[_Shared]:
    yield _Shared("np.random", np.random.get_state, repr, np.random.set_state)
    yield _Shared("random", random.getstate, tuple, random.setstate)
    if torch := sys.modules.get("torch"):
        yield _Shared("torch", torch.get_rng_state, lambda state: state.tolist(), torch.set_rng_state)
