"""Changes that make up remedies: of initial weights, gradients, loss, cell, or window of backpropagation."""
