"""Floating-point types that networks run in."""

import torch

DTYPES = {"float32": torch.float32, "float64": torch.float64}
"""By the names that config.yaml uses."""
