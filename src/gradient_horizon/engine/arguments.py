"""The arguments of compiled functions: one array of 64-bit integers, addresses and counts by name."""

from collections.abc import Sequence

import numpy as np

PASS = (
    "first",  # step of the tape that a pass begins at
    "last",  # step after its last one
    "hidden",  # units
    "columns",  # rows on the tape: [h; x; 1], or [states; x; 1]
    "stride",  # of a row of the weight's gradient, in numbers
    "rows_h",  # rows of the weight that see h
    "rows_x",  # rows of the weight that do not
    "row_step",  # numbers between rows of the weight
    "used",  # sequences in use, of the lanes
    "chunk",  # steps whose outer products are added at once: from each multiple of it to the next
    "weight",  # [row column]
    "packed_h",  # rows that see h, in tiles
    "packed_x",  # the others, columns [x; 1] only, in tiles
    "packed_back",  # transposes of the columns of each state, in tiles
    "state",  # [instant column lane]
    "further",  # states that are not in these columns [instant state unit lane]
    "saved",  # [step value unit lane]
    "gates",  # pre-activations of a step [row lane]
    "by_gates",  # adjoints of pre-activations [chunk row lane]
    "transposed",  # states, lanes first [chunk lane stride]
    "by_h",  # adjoint of h [unit lane]
    "by_further",  # adjoints of further states [state unit lane]
    "by_outputs",  # adjoints of the outputs of every step [step unit lane]; 0: of none of these
    "squares",  # squared norms of adjoints [step state lane]
    "norms",  # sums of the norms over sequences [step state]
    "by_weight",  # gradient [row stride]
    "kept_by_gates",  # all adjoints of pre-activations that see h [step row lane]; 0: not kept
    "kept_by_h",  # all adjoints of h before each step [step unit lane]; 0: not kept
    "gain",  # of layer normalisation [row]
    "bias",  # of layer normalisation [row]
    "normal",  # normalised pre-activations [step row lane]
    "scale",  # one over their deviation [step block lane]
    "size",  # number of units, as a vector [lane]
    "by_gain",  # [row]
    "by_bias",  # [row]
)

READ_OUT = (
    "outputs",  # of the read-out
    "hidden",  # units
    "answers",  # steps that are read out
    "used",  # sequences in use, of the lanes
    "row_step",  # numbers between rows of the weight
    "stride",  # of a row of the weight's gradient, in numbers
    "weight",  # [output hidden_and_bias]
    "packed",  # its columns of h, in tiles
    "packed_back",  # their transpose, in tiles
    "seen",  # states that are read out [answer unit lane]
    "seen_step",  # numbers between answers there
    "by_seen",  # their adjoints [answer unit lane]; 0: not asked for
    "target",  # right answers, as real numbers [answer lane]
    "losses",  # [answer lane]
    "right",  # 1 where the largest output is the target's, else 0 [answer lane]
    "values",  # outputs of an answer, then their adjoints [output lane]
    "scale",  # what the adjoint of a single loss is multiplied by, as a vector [lane]
    "transposed",  # states of an answer and 1, lanes first [lane stride]
    "by_weight",  # gradient [output stride]
)
"""Of a read-out with its loss."""


class Arguments:
    """Values by name, at an address."""

    def __init__(self, names: Sequence[str]):
        self.places = {name: place for place, name in enumerate(names)}
        self.values = np.zeros(len(names), dtype=np.int64)
        self.address = self.values.ctypes.data

    def set(self, **values: int | np.ndarray) -> None:
        """Sets counts, and addresses of arrays; the arrays must outlive the call."""
        for name, value in values.items():
            self.values[self.places[name]] = value.ctypes.data if isinstance(value, np.ndarray) else value
