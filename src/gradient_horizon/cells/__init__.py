"""Recurrent cells, one per file: one step of a network, and its adjoint."""
