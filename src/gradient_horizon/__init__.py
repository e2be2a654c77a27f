"""How far back does a recurrent network remember? Claims about vanishing and exploding gradients, judged from runs."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, since an older pip speaks of some package instead
    raise ImportError(f"gradient_horizon must run on Python 3.11 or newer, got {sys.version.split()[0]}")

__version__ = "0.1.0"
