"""Subnormal numbers, which vanishing gradients become, and which processors compute with a hundred times slower."""

from functools import cache

from gradient_horizon.engine import objects


@cache
def _library() -> objects.Library:
    def write() -> object:
        from gradient_horizon.engine.compiler.subnormal import write_flush  # here: only to compile

        return write_flush(objects.architecture())

    return objects.load("flush subnormal numbers", write)


def flush_subnormal_numbers() -> None:
    """From now on they are zero, as operands and as results, in this thread."""
    _library().function("flush", 0)()
