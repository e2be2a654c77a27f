from collections.abc import Callable, Iterator

import pytest
import scipy.linalg  # noqa: F401 its threads are limited, too
import torch
from threadpoolctl import threadpool_limits

from gradient_horizon.study.run_spec import RunSpec

torch.set_num_threads(1)
threadpool_limits(1)  # threads of several tests at once would wait for each other


@pytest.fixture(autouse=True)
def subnormal_numbers() -> Iterator[None]:
    """Training flushes them to zero in its process, and leaves it so; what is tested next may need them."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture(scope="session")
def small_run() -> Callable[..., RunSpec]:
    def build(**changed: object) -> RunSpec:
        settings = {
            "experiment": "test",
            "task": "recall",
            "cell": "tanh",
            "remedy": "none",
            "changes": (),
            "length": 6,
            "hidden_size": 32,
            "batch_size": 32,
            "optimiser": "adam",
            "learning_rates": (0.001,),
            "precision": "float32",
            "updates": 60,
            "evaluate_every": 20,
            "evaluation_sequences": 64,
            "hidden_gradients_every": 15,
            "seeds": (0,),
            "pilot_seeds": (),
        }
        return RunSpec(**(settings | changed))

    return build
