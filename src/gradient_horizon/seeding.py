"""Random streams, each derived from a seed and a purpose; there is no global stream."""

import hashlib

import numpy as np


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """An independent stream for this seed and purpose, the same on every machine and whatever other streams there are.

    The purpose is hashed into the entropy of NumPy's SeedSequence, so streams with different purposes are
    independent (M. E. O'Neill 2014 and NumPy's documentation on parallel generators).
    """
    digest = hashlib.sha256("/".join(map(str, purpose)).encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
