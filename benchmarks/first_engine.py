"""The first engine of this repository, in a process of its own: its package has the same name as today's.

The process is pinned to the same processor, stays warm, and times itself, so that it can take its turn in rounds.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from problem import Problem

NAME, COMMIT = "first engine", "d085b0c"
HERE = Path(__file__).parent


class FirstEngine:
    """The process, which runs as long as this context."""

    def __enter__(self) -> Self:
        """Takes the engine out of the repository's history; raises CalledProcessError where its commit is not there."""
        self.folder = tempfile.TemporaryDirectory()
        archive = Path(self.folder.name) / "engine.tar"
        command = ["git", "archive", "--output", str(archive), COMMIT, "src"]
        subprocess.run(command, cwd=HERE.parent, check=True)
        with tarfile.open(archive) as files:
            files.extractall(self.folder.name, filter="data")
        command = [sys.executable, str(HERE / "first_engine_process.py"), str(Path(self.folder.name) / "src")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the process and removes its files."""
        self.process.communicate()
        self.folder.cleanup()

    def peer(self, problem: Problem) -> "FirstEnginePeer":
        """The passes of these networks; replaces those that the process had before."""
        return FirstEnginePeer(self, problem)

    def ask(self, question: dict[str, object], *arrays: np.ndarray) -> list[float]:
        """The answer of the process to a question and the arrays that follow it; raises RuntimeError if it has ended."""
        to, back = self.process.stdin, self.process.stdout
        if to is None or back is None:
            raise RuntimeError("the process of the first engine must have pipes to it")
        to.write(json.dumps(question).encode() + b"\n")
        for array in arrays:
            to.write(np.ascontiguousarray(array).tobytes())
        to.flush()
        answer = back.readline()
        if not answer:
            raise RuntimeError("the process of the first engine must answer, got its end")
        found: list[float] = json.loads(answer)
        return found


class FirstEnginePeer:
    """All networks at once, one batched product a step; the norms of dL/dh at every step come with the gradient."""

    def __init__(self, engine: FirstEngine, problem: Problem):
        self.engine = engine
        size = asdict(problem.size)
        shapes = {"weight": problem.weight.shape, "inputs": problem.inputs.shape}
        engine.ask({"do": "make", "size": size, "shapes": shapes}, problem.weight, problem.inputs)

    def __call__(self) -> np.ndarray:
        """The norm of each network's gradient."""
        return np.array(self.engine.ask({"do": "norms"}))

    def seconds(self) -> float:
        """Runs once; how long it took there."""
        return self.engine.ask({"do": "time"})[0]
