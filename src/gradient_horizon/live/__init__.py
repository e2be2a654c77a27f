"""The live parts of the page: the registered cells as JavaScript, and the one module that the page runs."""
