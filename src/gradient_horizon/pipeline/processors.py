"""Environments in which a processor of the x86-64 family computes as an older one does.

Our kernels are compiled for that one, and every library that chooses its code by what the processor offers is told to
choose among what that one offers: NumPy, OpenBLAS, PyTorch (ATen, oneDNN, MKL) and the C library. MKL listens to
MKL_ENABLE_INSTRUCTIONS on Intel's processors only; on others it always computes in the same way, unless MKL_CBWR asks
for the code that runs on all of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gradient_horizon.engine import objects

FAMILY = "x86_64"
AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"

AVX2: Mapping[str, str] = MappingProxyType(
    {
        objects.CPU: "haswell",
        objects.FEATURES: "",
        "NPY_DISABLE_CPU_FEATURES": AVX512,
        "OPENBLAS_CORETYPE": "Haswell",
        "ATEN_CPU_CAPABILITY": "avx2",
        "DNNL_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F",
    }
)
"""A processor of 2013: vectors of 256 bits, fused multiplication and addition."""

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        objects.CPU: "x86-64",
        objects.FEATURES: "",
        "NPY_DISABLE_CPU_FEATURES": f"X86_V3 {AVX512}",
        "OPENBLAS_CORETYPE": "Prescott",
        "ATEN_CPU_CAPABILITY": "default",
        "DNNL_MAX_CPU_ISA": "SSE41",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "MKL_CBWR": "COMPATIBLE",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
    }
)
"""The smallest processor of the family: vectors of 128 bits, nothing fused."""
