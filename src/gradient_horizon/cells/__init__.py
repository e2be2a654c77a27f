"""Recurrent cells, one per file: the blocks, the state and the step of a network."""
