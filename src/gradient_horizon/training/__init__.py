"""Training of the networks of a run: initial weights, updates, evaluation, record and checkpoints."""
