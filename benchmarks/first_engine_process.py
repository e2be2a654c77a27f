"""Answers questions about the first engine, line by line, with the folder of its source as argument; see first_engine.py."""

import json
import sys
import time
from collections.abc import Callable

SOURCE = sys.argv[1]
sys.path.insert(0, SOURCE)

import numpy as np
import torch

from gradient_horizon import registries, unroll


def make(size: dict[str, int | str], weight: torch.Tensor, inputs: torch.Tensor) -> Callable[[], torch.Tensor]:
    """Forward and backward of networks with these weights and inputs [time network feature batch]."""
    cell = registries.load(registries.CELLS, "cell", size["cell"])()
    free = cell.layout(size["hidden"], size["inputs"]).free
    mask = None if free is None else torch.from_numpy(free).float()
    sizes = {name: size[name] for name in ("seeds", "hidden", "inputs", "batch")}
    tape = unroll.make_tape(cell, steps=size["length"], **sizes)

    def run() -> torch.Tensor:
        tape.inputs.copy_(inputs)
        last = unroll.forward(cell, weight, tape)
        back = unroll.backward(cell, weight, tape, last * 2, free=mask)
        return back.weight.flatten(1).norm(dim=1)

    return run


def read(shape: list[int]) -> np.ndarray:
    """An array of float32 from standard input."""
    count = int(np.prod(shape))
    return np.frombuffer(sys.stdin.buffer.read(4 * count), dtype=np.float32).reshape(shape).copy()


def main() -> None:
    """Until standard input ends."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    run: Callable[[], torch.Tensor] = lambda: torch.zeros(0)  # noqa: E731
    for line in iter(sys.stdin.buffer.readline, b""):
        question, answer = json.loads(line), []
        if question["do"] == "make":
            weight, inputs = (read(question["shapes"][name]) for name in ("weight", "inputs"))
            run = make(question["size"], torch.from_numpy(weight), torch.from_numpy(inputs.swapaxes(0, 1).copy()))
        elif question["do"] == "norms":
            answer = run().tolist()
        else:
            start = time.perf_counter()
            run().numpy()
            answer = [time.perf_counter() - start]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
