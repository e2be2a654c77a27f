"""Compiled code, kept on disk: a module is compiled once for a processor, and loaded by every later process.

Objects are keyed by all that they depend on: the files that write code, what is written (a cell's equations, the
precision), the versions of llvmlite and LLVM, the processor and its features.
"""

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm

WRITERS = Path(__file__).parent / "compiler"
BESIDE = Path(__file__).parent / "__pycache__" / "objects"
CHECKSUM_BYTES = 32

CPU, FEATURES, FOLDER = "GRADIENT_HORIZON_CPU", "GRADIENT_HORIZON_FEATURES", "GRADIENT_HORIZON_OBJECTS"
"""Environment variables: the processor to compile for (by default this one), its features, the folder of objects."""


class Library:
    """The functions of a compiled module."""

    def __init__(self, code: bytes):
        self.engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self.engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self.engine.finalize_object()

    def function(self, name: str, arguments: int = 1) -> Callable[..., None]:
        """The function with this name, of so many 64-bit integers."""
        address = self.engine.get_function_address(name)
        function: Callable[..., None] = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * arguments)(address)
        return function


LIBRARIES: dict[str, Library] = {}


def load(description: str, write: Callable[[], Any]) -> Library:
    """The library that `write` returns the module of; `description` says all that this module depends on."""
    key = digest(description)
    if key not in LIBRARIES:
        code = _read(key)
        if code is None:
            code = _machine().emit_object(_optimised(str(write())))
            _keep(key, code)
        LIBRARIES[key] = Library(code)
    return LIBRARIES[key]


def assembly(text: str) -> str:
    """What a module becomes on the processor that is compiled for, in its assembly language."""
    return str(_machine().emit_assembly(_optimised(text)))


def digest(description: str) -> str:
    """The name of a module's object."""
    target = processor()
    parts = [_writers(), description, llvmlite.__version__, str(llvm.llvm_version_info), *target]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def architecture() -> str:
    """The family of processors that is compiled for, such as "x86_64"."""
    return str(llvm.get_process_triple()).partition("-")[0]


def processor() -> tuple[str, str]:
    """The processor that is compiled for, and its features."""
    if CPU in os.environ:
        return os.environ[CPU], os.environ.get(FEATURES, "")
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


@cache
def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = processor()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=cpu, features=features, opt=3, jit=True)


@cache
def _writers() -> str:
    return "".join(file.read_text() for file in sorted(WRITERS.glob("*.py")))


def _optimised(text: str) -> Any:
    module = llvm.parse_assembly(text)
    module.verify()
    machine = _machine()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return module


@cache
def _folder() -> Path | None:
    """The first of these folders that can be written to; None: nothing is kept."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    asked = [Path(os.environ[FOLDER])] if FOLDER in os.environ else []
    for folder in (*asked, BESIDE, user / "gradient-horizon" / "objects"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _read(key: str) -> bytes | None:
    """An object from disk; None if it is not there, or damaged."""
    folder = _folder()
    if folder is None:
        return None
    try:
        stored = (folder / f"{key}.o").read_bytes()
    except OSError:
        return None
    code = stored[:-CHECKSUM_BYTES]
    return code if hashlib.sha256(code).digest() == stored[-CHECKSUM_BYTES:] else None


def _keep(key: str, code: bytes) -> None:
    """Writes an object under a temporary name first, so that processes at the same time do not disturb each other."""
    folder = _folder()
    if folder is None:
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(code + hashlib.sha256(code).digest())
        Path(file.name).replace(folder / f"{key}.o")
    except OSError:
        return
