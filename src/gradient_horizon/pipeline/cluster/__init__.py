"""Slurm, asked by its own commands: what it would refuse, and whether its nodes compute as this machine does."""
