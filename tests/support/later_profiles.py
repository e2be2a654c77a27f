"""Hand-made gradient profiles of cells beside later ones: straight on a logarithmic axis, to an end that is given."""

from hand_made_tables import spread

BEFORE = {"tanh": 1e-12, "lstm": 1e-8, "janet": 1e-4, "min-gru": 0.03, "lru": 0.5}
AFTER = {"tanh": 0.3, "lstm": 0.004, "janet": 3.0, "min-gru": 0.5, "lru": 0.9}
"""Relative gradient at the first step, which is the longest lag; its interval reaches from half to twice as much."""
OF_OTHERS = 1e-6
"""The same in networks that did not solve their task, and before training at lengths that are not the longest."""
WHOSE = (("initial", "all"), ("final", "solved"), ("final", "unsolved"))


def later_profile_rows(lengths, n=5):
    """Rows of the table `profile_means` before and after training, at each of these lengths."""
    for cell in BEFORE:
        for length in lengths:
            for moment, networks in WHOSE:
                told = {"initial": BEFORE[cell] if length == max(lengths) else OF_OTHERS, "final": AFTER[cell]}
                end = OF_OTHERS if networks == "unsolved" else told[moment]
                key = {"experiment": "modern-recall", "task": "recall", "cell": cell, "remedy": "none"}
                key |= {"length": length, "moment": moment, "networks": networks, "n": n}
                for lag in range(length):
                    value = end ** (lag / (length - 1))
                    yield key | {"lag": lag} | spread("relative_gradient", value, value / 2, value * 2)
