"""Checks that need no run: powers of matrices, and our cells beside those of torch.nn."""
