"""The processor's switch for subnormal numbers."""

from typing import Any

from llvmlite import ir

I32, I64 = ir.IntType(32), ir.IntType(64)

FLUSH_X86 = 0x8040
"""Of MXCSR: results (bit 15) and operands (bit 6) that are subnormal become zero."""

FLUSH_ARM = 1 << 24
"""Of FPCR: the same."""


def write_switch(architecture: str) -> ir.Module:
    """The module with functions `flush`, which sets the switch and stores what it was, and `restore`.

    Both are given the address of a 64-bit integer to store it in; on an unknown processor they do nothing.
    """
    module = ir.Module("subnormal")
    kind = ir.FunctionType(ir.VoidType(), [I64])
    for name in ("flush", "restore"):
        function = ir.Function(module, kind, name)
        builder = ir.IRBuilder(function.append_basic_block())
        stored = builder.inttoptr(function.args[0], (I32 if architecture == "x86_64" else I64).as_pointer())
        if name == "restore":
            before = stored if architecture == "x86_64" else builder.load(stored)
            restore_switch(builder, architecture, before)
        elif (before := set_switch(builder, architecture)) is not None:
            builder.store(builder.load(before) if architecture == "x86_64" else before, stored)
        builder.ret_void()
    return module


def set_switch(builder: ir.IRBuilder, architecture: str) -> Any:
    """Flushes subnormal numbers from here on; returns what `restore_switch` needs, None on an unknown processor."""
    if architecture == "x86_64":
        before, now = (builder.alloca(I32) for _ in range(2))
        builder.call(_declared(builder, "llvm.x86.sse.stmxcsr", ir.VoidType(), before.type), [before])
        builder.store(builder.or_(builder.load(before), ir.Constant(I32, FLUSH_X86)), now)
        builder.call(_declared(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), now.type), [now])
        return before
    if architecture == "aarch64":
        value = builder.call(_declared(builder, "llvm.aarch64.get.fpcr", I64), [])
        flushing = builder.or_(value, ir.Constant(I64, FLUSH_ARM))
        builder.call(_declared(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), I64), [flushing])
        return value
    return None


def restore_switch(builder: ir.IRBuilder, architecture: str, before: Any) -> None:
    """Puts the switch where it was."""
    if architecture == "x86_64":
        builder.call(_declared(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), before.type), [before])
    elif architecture == "aarch64":
        builder.call(_declared(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), I64), [before])


def _declared(builder: ir.IRBuilder, name: str, result: Any, *arguments: Any) -> Any:
    module = builder.function.module
    return module.globals.get(name) or ir.Function(module, ir.FunctionType(result, list(arguments)), name)
