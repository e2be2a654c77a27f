"""Checks that need no run: powers of matrices by eigenvalues, and cells beside those of torch.nn."""

from gradient_horizon.tables.schema import Column
from gradient_horizon.tables.table import Table

POWERS = Table(
    row="a matrix and its powers 1 to 100",
    columns=(
        Column("kind", "text", "-", "random, or defective (Jordan blocks and matrices near them)"),
        Column("matrix", "count", "-", "number of the matrix"),
        Column("radius", "number", "-", "spectral radius"),
        Column("condition", "number", "-", "condition number of the matrix V of eigenvectors"),
        Column("error", "number", "-", "largest error of V diag(lambda)^t V^-1, relative to W^t (Frobenius norm)"),
    ),
    key=("kind", "matrix"),
)

EQUALITY = Table(
    row="a network of this package beside one of torch.nn with the same weights and inputs",
    columns=(
        Column("cell", "text", "-", "recurrence"),
        Column("precision", "text", "-", "float32 or float64"),
        Column("network", "count", "-", "number of the network"),
        Column("states", "number", "-", "largest difference of hidden states over all steps, over the largest state"),
        Column("gradients", "number", "-", "largest difference of the weight's gradient, over its largest entry"),
    ),
    key=("cell", "precision", "network"),
)
