"""The processor's switch for subnormal numbers."""

from llvmlite import ir

FLUSH_X86 = 0x8040
"""Of MXCSR: results (bit 15) and operands (bit 6) that are subnormal become zero."""

FLUSH_ARM = 1 << 24
"""Of FPCR: the same."""


def write_flush(architecture: str) -> ir.Module:
    """The module with a function `flush`, which sets the switch; on an unknown processor it does nothing."""
    module = ir.Module("subnormal")
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), []), "flush")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    if architecture == "x86_64":
        place = builder.alloca(ir.IntType(32))
        kind = ir.FunctionType(ir.VoidType(), [place.type])
        load, store = (ir.Function(module, kind, f"llvm.x86.sse.{name}mxcsr") for name in ("ld", "st"))
        builder.call(store, [place])
        builder.store(builder.or_(builder.load(place), ir.Constant(ir.IntType(32), FLUSH_X86)), place)
        builder.call(load, [place])
    elif architecture == "aarch64":
        wide = ir.IntType(64)
        read = ir.Function(module, ir.FunctionType(wide, []), "llvm.aarch64.get.fpcr")
        write = ir.Function(module, ir.FunctionType(ir.VoidType(), [wide]), "llvm.aarch64.set.fpcr")
        builder.call(write, [builder.or_(builder.call(read, []), ir.Constant(wide, FLUSH_ARM))])
    builder.ret_void()
    return module
