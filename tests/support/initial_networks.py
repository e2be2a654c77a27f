"""Initial weights of small networks of every cell, and where their recurrent matrices stand."""

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.base import Change
from gradient_horizon.training.starts import initial_weights

HIDDEN, INPUTS, OUTPUTS = 16, 3, 4
RECURRENT_BLOCKS = {
    "linear": ("a",),
    "tanh": ("a",),
    "relu": ("a",),
    "sigmoid": ("a",),
    "lt-rnn": ("recurrent",),
    "euler": ("a",),
    "cornn": ("a",),
    "cornn-adding": ("a",),
    "gru": ("r", "z", "recurrent"),
    "lstm": ("i", "f", "o", "g"),
    "lstm-input-open": ("f", "o", "g"),
    "lstm-forget-open": ("i", "o", "g"),
    "lstm-output-open": ("i", "f", "g"),
    "lstm-forget-input-open": ("o", "g"),
    "minimal-gated-unit": ("z", "recurrent"),
    "janet": ("s", "g"),
    "slstm": ("i", "f", "o", "z"),
}
MATRICES_OF_A_BLOCK = {"cornn": 2, "cornn-adding": 2}
"""Where they are not 1."""

PLAIN = ("linear", "tanh", "relu", "sigmoid", "euler", "cornn", "cornn-adding")
KEEPING = {
    "gru": "z",
    "lstm": "f",
    "lstm-input-open": "f",
    "lstm-output-open": "f",
    "minimal-gated-unit": "z",
    "janet": "s",
    "min-gru": "z",
    "slstm": "f",
}
WRITING = {"lstm": "i", "lstm-forget-open": "i", "lstm-output-open": "i"}
WITHOUT_RECURRENT_MATRIX = ("min-gru", "min-lstm", "ind-rnn", "lru")


def load(cell: str) -> Cell:
    return registries.load(registries.CELLS, "cell", cell)()


def layout(cell: str, hidden: int = HIDDEN, inputs: int = INPUTS) -> Layout:
    return Layout(load(cell), hidden, inputs)


def initial(cell: str, *changes: Change, length: int = 20, seed: int = 0, hidden: int = HIDDEN) -> np.ndarray:
    return initial_weights(layout(cell, hidden), OUTPUTS, changes, length=length, seed=seed).recurrent


def recurrent(cell: str, weight: np.ndarray) -> list[np.ndarray]:
    """All recurrent matrices, block by block."""
    columns = [slice(n * HIDDEN, (n + 1) * HIDDEN) for n in range(MATRICES_OF_A_BLOCK.get(cell, 1))]
    return [weight[layout(cell).rows(block), each] for block in RECURRENT_BLOCKS[cell] for each in columns]


def beside(cell: str, weight: np.ndarray) -> np.ndarray:
    """The columns of x and 1."""
    return weight[:, MATRICES_OF_A_BLOCK.get(cell, 1) * HIDDEN :]


def keeping(cell: str) -> slice:
    return layout(cell).rows(KEEPING[cell])
