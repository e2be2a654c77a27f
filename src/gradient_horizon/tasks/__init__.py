"""Tasks: generators of sequences, each with its variant, layout and trivial baselines."""
