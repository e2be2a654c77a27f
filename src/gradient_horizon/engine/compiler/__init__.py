"""Writes the vector code of a cell's passes, and compiles it; imported only where something must be compiled."""
