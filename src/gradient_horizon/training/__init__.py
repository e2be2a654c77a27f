"""From a run to trained networks: starts, the loop, optimisers, evaluation, the record, checkpoints."""
