"""Numbers, quantities and words as each language writes them."""
