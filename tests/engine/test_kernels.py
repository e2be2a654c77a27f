import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradient_horizon
from gradient_horizon.engine.kernels import Buffer, kernel, sigmoid, tanh


@kernel
def apply_both(x: Buffer, by_sigmoid: Buffer, by_tanh: Buffer) -> None:
    one = x.dtype.type(1)
    for j in range(x.size):
        by_sigmoid[j] = sigmoid(x[j], one)
        by_tanh[j] = tanh(x[j], one)


def both(x):
    outputs = np.empty_like(x), np.empty_like(x)
    apply_both(x, *outputs)
    return outputs


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 2e-7), (np.float64, 4e-16)])
def test_sigmoid_and_tanh_are_exact_to_rounding_everywhere(dtype, tolerance):
    x = np.concatenate([np.linspace(-120, 120, 200_001), np.linspace(-1e-3, 1e-3, 2001)]).astype(dtype)
    exact = x.astype(np.longdouble)
    by_sigmoid, by_tanh = both(x)
    assert np.abs(by_sigmoid - 1 / (1 + np.exp(-exact))).max() < tolerance
    assert np.abs(by_tanh - np.tanh(exact)).max() < tolerance


def test_sigmoid_is_relatively_exact_where_it_is_small():
    x = np.linspace(-80, 0, 10_001, dtype=np.float32)
    exact = 1 / (1 + np.exp(-x.astype(float)))
    assert np.abs(both(x)[0] / exact - 1).max() < 5e-7


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinities_saturate_and_nan_stays_nan(dtype):
    by_sigmoid, by_tanh = both(np.array([-np.inf, np.inf, np.nan, 0], dtype=dtype))
    np.testing.assert_allclose(by_sigmoid, [0, 1, np.nan, 0.5], atol=1e-37)
    np.testing.assert_array_equal(by_tanh, [-1, 1, np.nan, 0])


def test_an_element_s_result_does_not_depend_on_its_place_in_the_vector():
    x = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    whole = both(x)
    for first in (1, 3, 17, 990):
        for part, expected in zip(both(x[first:].copy()), whole, strict=True):
            np.testing.assert_array_equal(part, expected[first:])


SCRIPT = """
import numpy as np
from gradient_horizon.cells import tanh
gates, state = np.ones((1, 1, 1, 1)), np.zeros((2, 1, 3, 1))
tanh._forward(gates, state, 0)
print(state[1, 0, 0, 0])
"""


@pytest.mark.slow
def test_a_kernel_kept_on_disk_is_not_used_once_what_it_calls_has_changed(tmp_path):
    shutil.copytree(
        Path(gradient_horizon.__file__).parent,
        tmp_path / "gradient_horizon",
        ignore=shutil.ignore_patterns("__pycache__"),
    )

    def run():
        command = [sys.executable, "-c", SCRIPT]
        return float(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout)

    assert run() == pytest.approx(np.tanh(1))
    source = tmp_path / "gradient_horizon" / "engine" / "kernels.py"
    text = source.read_text()
    assert "- one\n" in text
    source.write_text(text.replace("- one\n", "+ one\n"))
    assert run() == pytest.approx(np.tanh(1) + 2)
