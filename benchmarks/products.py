"""The three products of a step alone, at the best rate that any kernel reaches here: a bound for every recurrence.

They are W [h; x; 1], the way back W_h^T d, and the weight's gradient, the sum of d [h; x; 1]^T; d are adjoints of
pre-activations. The vectors of CHUNK steps are multiplied in turn, which stay in the cache like those that a pass has
just computed; nothing pointwise happens, nothing is transposed or packed inside the measured time.

The first two are taken step by step, since in a pass each step needs the one before; the weight's gradient may also be
one product over all steps. Tried are our compiled kernels, the matrix products of PyTorch (MKL) and NumPy (OpenBLAS),
and oneDNN's, one network after another or all in one batched call, with vectors as columns and as rows. Of each of the
three the fastest counts.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from kernels import LANES, products
from problem import Problem, layout_of
from timing import fastest

from gradient_horizon.engine.lanes import aligned

CHUNK = 4
PRODUCTS = ("pre-activations", "way back", "weight's gradient")
Call = Callable[[], list[np.ndarray]]


class Pair(NamedTuple):
    """Two factors: a matrix [network row column] or vectors [step network row sequence], then vectors."""

    left: np.ndarray
    right: np.ndarray


class Calls(NamedTuple):
    """Calls of a compiled function; the arrays whose addresses are among their arguments must live as long."""

    function: Callable[..., None]
    arguments: Sequence[tuple[int, ...]]
    arrays: tuple[np.ndarray, ...]

    def run(self) -> None:
        """Makes all calls."""
        for each in self.arguments:
            self.function(*each)


def factors(problem: Problem) -> dict[str, list[Pair]]:
    """Of every product, its factors; a part of its own for the blocks that see no h, which have no columns of h."""
    size, layout = problem.size, layout_of(problem.size)
    draw = np.random.default_rng(1)
    columns = size.hidden + size.inputs + 1
    states = draw.standard_normal((CHUNK, size.seeds, columns, size.batch), dtype=np.float32)
    adjoints = draw.standard_normal((CHUNK, size.seeds, layout.shape[0], size.batch), dtype=np.float32)
    seen = sum(block.sees_h for block in layout.blocks) * size.hidden
    weight, entering = problem.weight, states[:, :, size.hidden :]
    back = weight[:, :seen, : size.hidden].swapaxes(1, 2)
    found = {
        "pre-activations": [Pair(weight[:, :seen], states)],
        "way back": [Pair(back, adjoints[:, :, :seen])],
        "weight's gradient": [Pair(adjoints[:, :, :seen], states)],
    }
    if seen < layout.shape[0]:
        found["pre-activations"].append(Pair(weight[:, seen:, size.hidden :], entering))
        found["weight's gradient"].append(Pair(adjoints[:, :, seen:], entering))
    return {name: [Pair(*map(np.ascontiguousarray, pair)) for pair in pairs] for name, pairs in found.items()}


def ways(product: str, pairs: list[Pair], steps: int) -> dict[str, Call]:
    """Every way to compute a product over all steps, a multiple of CHUNK, by name.

    A call returns, of every part, the product of the last step [network row sequence], or the whole gradient [network
    row column]; ours leaves sequences in groups of LANES [network row group lane].
    """
    if product == "weight's gradient":
        return {name: _all(make, pairs, steps) for name, make in GRADIENTS.items()}
    return {name: _all(make, pairs, steps) for name, make in MULTIPLICATIONS.items()}


def products_alone(problem: Problem) -> tuple[dict[str, str], Callable[[], None]]:
    """The name of the fastest way of each product, and a call that computes all three in these ways."""
    steps, names, calls = problem.size.length, {}, []
    for product, pairs in factors(problem).items():
        tried = ways(product, pairs, steps)
        names[product] = fastest(tried)
        calls.append(tried[names[product]])

    def run() -> None:
        for call in calls:
            call()

    return names, run


def _all(make: Callable[[Pair, int], Callable[[], np.ndarray]], pairs: list[Pair], steps: int) -> Call:
    calls = [make(pair, steps) for pair in pairs]
    return lambda: [call() for call in calls]


def _multiply_ours(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    library = products(CHUNK)
    pack, multiply = library.function("pack", 6), library.function("multiply", 7)
    (networks, rows, columns), batch = pair.left.shape, pair.right.shape[-1]
    packed = aligned(pair.left.shape, "float32")
    for matrix, own in zip(pair.left, packed, strict=True):
        pack(matrix.ctypes.data, own.ctypes.data, rows, columns, columns, 1)
    vectors = _by_lanes(pair.right)
    result = aligned((networks, batch // LANES, rows, LANES), "float32")
    arguments = [
        (own.ctypes.data, group.ctypes.data, target.ctypes.data, rows, columns, columns * LANES, steps)
        for own, groups, targets in zip(packed, vectors, result, strict=True)
        for group, target in zip(groups, targets, strict=True)
    ]

    calls = Calls(multiply, arguments, (packed, vectors))

    def run() -> np.ndarray:
        calls.run()
        return result.swapaxes(1, 2)

    return run


def _add_ours(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    add_outer = products(CHUNK).function("add_outer", 8)
    networks, rows, columns = pair.left.shape[1], pair.left.shape[2], pair.right.shape[2]
    stride = -(-columns // LANES) * LANES
    left, lanes_first = _by_lanes(pair.left), _by_lanes(pair.right).swapaxes(-1, -2)
    right = aligned((*lanes_first.shape[:-1], stride), "float32")
    right[..., :columns] = lanes_first
    result = aligned((networks, rows, stride), "float32")
    times = steps // CHUNK
    arguments = [
        (d.ctypes.data, rows * LANES, state.ctypes.data, target.ctypes.data, rows, columns, stride, times)
        for of_left, of_right, target in zip(left, right, result, strict=True)
        for d, state in zip(of_left, of_right, strict=True)
    ]

    calls = Calls(add_outer, arguments, (left, right))

    def run() -> np.ndarray:
        result.fill(0)
        calls.run()
        return result[:, :, :columns]

    return run


def _by_lanes(vectors: np.ndarray) -> np.ndarray:
    """Vectors [step network row sequence] as [network group step row lane]."""
    steps, networks, rows, batch = vectors.shape
    split = vectors.reshape(steps, networks, rows, batch // LANES, LANES).transpose(1, 3, 0, 2, 4)
    result = aligned(split.shape, "float32")
    result[:] = split
    return result


def _multiply_torch(as_rows: bool, batched: bool) -> Callable[[Pair, int], Callable[[], np.ndarray]]:
    def make(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
        matrix, vectors = (torch.from_numpy(array) for array in pair)
        if as_rows:
            matrix, vectors = (array.mT.contiguous() for array in (matrix, vectors))
            result = vectors.new_empty(len(matrix), vectors.shape[2], matrix.shape[2])
        else:
            result = vectors.new_empty(len(matrix), matrix.shape[1], vectors.shape[3])
        left, right = (list(vectors), [matrix] * CHUNK) if as_rows else ([matrix] * CHUNK, list(vectors))
        if batched:
            turns = [(torch.bmm, a, b, result) for a, b in zip(left, right, strict=True)]
        else:
            turns = [
                (torch.mm, a[n], b[n], result[n]) for n in range(len(matrix)) for a, b in zip(left, right, strict=True)
            ]

        def run() -> np.ndarray:
            for first in range(0, len(turns), CHUNK):
                own = turns[first : first + CHUNK]
                for _ in range(steps // CHUNK):
                    for multiply, a, b, out in own:
                        multiply(a, b, out=out)
            return (result.mT if as_rows else result).numpy()

        return run

    return make


def _multiply_onednn(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    matrices, vectors = torch.from_numpy(pair.left), torch.from_numpy(pair.right).mT.contiguous()
    turns = [(matrix, list(vectors[:, n])) for n, matrix in enumerate(matrices)]

    def run() -> np.ndarray:
        last = []
        for matrix, own in turns:
            for _ in range(steps // CHUNK):
                for rows in own:
                    product = _onednn(rows, matrix)
            last.append(product.mT)
        return torch.stack(last).numpy()

    return run


def _onednn(rows: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """rows [sequence column] times the transpose of a matrix [row column]; what torch.compile calls for a linear layer."""
    product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, matrix, None, "none", [], "")
    return product


def _multiply_numpy(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    networks, rows, _ = pair.left.shape
    result = np.empty((networks, rows, pair.right.shape[-1]), np.float32)
    turns = [[(pair.left[n], vectors[n], result[n]) for vectors in pair.right] for n in range(networks)]

    def run() -> np.ndarray:
        for own in turns:
            for _ in range(steps // CHUNK):
                for a, b, out in own:
                    np.matmul(a, b, out=out)
        return result

    return run


def _over_all_steps(pair: Pair, steps: int, *, rows_last: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Both factors of a network's gradient, [row, all sequences] and [all sequences, column]; the former is stored as it
    is, or transposed."""
    left, right = (np.tile(factor, (steps // CHUNK, 1, 1, 1)).transpose(1, 0, 3, 2) for factor in pair)
    for d, state in zip(left, right, strict=True):
        d, state = d.reshape(-1, d.shape[-1]), state.reshape(-1, state.shape[-1])
        yield (np.ascontiguousarray(d).T if rows_last else np.ascontiguousarray(d.T)), np.ascontiguousarray(state)


def _add_torch(rows_last: bool) -> Callable[[Pair, int], Callable[[], np.ndarray]]:
    def make(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
        networks = [tuple(map(torch.from_numpy, both)) for both in _over_all_steps(pair, steps, rows_last=rows_last)]
        result = torch.empty(len(networks), pair.left.shape[2], pair.right.shape[2])

        def run() -> np.ndarray:
            for (d, state), out in zip(networks, result, strict=True):
                torch.mm(d, state, out=out)
            return result.numpy()

        return run

    return make


def _add_torch_step_by_step(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    left, right = torch.from_numpy(pair.left), torch.from_numpy(pair.right).mT.contiguous()
    result = torch.empty(left.shape[1], left.shape[2], right.shape[3])

    def run() -> np.ndarray:
        result.zero_()
        for n, out in enumerate(result):
            turns = [(d[n], state[n]) for d, state in zip(left, right, strict=True)]
            for _ in range(steps // CHUNK):
                for d, state in turns:
                    out.addmm_(d, state)
        return result.numpy()

    return run


def _add_onednn(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    networks = [
        (torch.from_numpy(d), torch.from_numpy(np.ascontiguousarray(state.T)))
        for d, state in _over_all_steps(pair, steps, rows_last=False)
    ]
    return lambda: np.stack([_onednn(d, state).numpy() for d, state in networks])


def _add_numpy(pair: Pair, steps: int) -> Callable[[], np.ndarray]:
    networks = list(_over_all_steps(pair, steps, rows_last=True))
    result = np.empty((len(networks), pair.left.shape[2], pair.right.shape[2]), np.float32)

    def run() -> np.ndarray:
        for (d, state), out in zip(networks, result, strict=True):
            np.matmul(d, state, out=out)
        return result

    return run


MULTIPLICATIONS = {
    "ours": _multiply_ours,
    "torch.mm, columns": _multiply_torch(as_rows=False, batched=False),
    "torch.mm, rows": _multiply_torch(as_rows=True, batched=False),
    "torch.bmm, columns": _multiply_torch(as_rows=False, batched=True),
    "torch.bmm, rows": _multiply_torch(as_rows=True, batched=True),
    "oneDNN": _multiply_onednn,
    "numpy.matmul": _multiply_numpy,
}
GRADIENTS = {
    "ours": _add_ours,
    "torch.mm, all steps": _add_torch(rows_last=False),
    "torch.mm, all steps, transposed": _add_torch(rows_last=True),
    "torch.addmm, step by step": _add_torch_step_by_step,
    "oneDNN, all steps": _add_onednn,
    "numpy.matmul, all steps": _add_numpy,
}
