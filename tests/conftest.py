from collections.abc import Callable, Iterator

import pytest
import torch

from gradient_horizon.study.run_spec import RunSpec

torch.set_num_threads(1)

ONE_WORKER = ("test_extension_cost", "test_faults", "test_report_browser", "test_workflow")
"""Files whose tests share a study or a page that takes long to make: one worker runs them all."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in ONE_WORKER:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


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
            "selection_seeds": (),
        }
        return RunSpec(**(settings | changed))

    return build
