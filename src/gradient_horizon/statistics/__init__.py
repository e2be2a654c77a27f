"""Estimates with their intervals, by NumPy and SciPy, which know no table and no figure."""
