"""Recurrences: one cell per file, each one step of a network and its adjoint."""
