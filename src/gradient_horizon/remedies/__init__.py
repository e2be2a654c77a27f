"""Remedies: changes to the initial weights, to the gradients or to the window of backpropagation."""
