"""The processor's switch for subnormal numbers."""

from typing import Any

from llvmlite import ir

I32, I64 = ir.IntType(32), ir.IntType(64)

FLUSH_X86 = 0x8040
"""Of MXCSR: results (bit 15) and operands (bit 6) that are subnormal become zero."""

FLUSH_ARM = 1 << 24
"""Of FPCR: the same."""


def write_flush(architecture: str) -> ir.Module:
    """The module with a function `flush`, which sets the switch; on an unknown processor it does nothing."""
    module = ir.Module("subnormal")
    builder = ir.IRBuilder(ir.Function(module, ir.FunctionType(ir.VoidType(), []), "flush").append_basic_block())
    set_switch(builder, architecture)
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
