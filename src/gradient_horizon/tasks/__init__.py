"""Generators of sequences, each with its exact variant of a task, layout of inputs and trivial baselines."""
