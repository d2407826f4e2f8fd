"""How compiled code holds the state: as one address.

To numba a named tuple of fifteen tables is some hundred values, handed over anew at every call and
spelled out in every function's name; that made most of the compile time. Here the tables' headers
are put on the stack once, where Python calls in, and rules pass the address of that block.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox

from alliances.model.kernel.state import State


class StateType(types.Type):
    """Numba's type of `State`: the address of its tables' headers.

    Attributes
    ----------
    tables : numba tuple type
        Types of the tables in the order of the fields.
    """

    def __init__(self, members: tuple[types.Type, ...]) -> None:
        self.tables = types.Tuple(members)
        super().__init__(name=f"State{self.tables}")

    @property
    def mangling_args(self) -> tuple[str, tuple[int, ...]]:
        """Return the short name under which compiled functions are filed."""
        return "State", (self._code,)


@register_model(StateType)
class _StateModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: StateType) -> None:
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


@typeof_impl.register(State)
def _typeof_state(value: State, context: Any) -> StateType:
    return StateType(tuple(typeof_impl(column, context) for column in value))


@infer_getattr
class _Tables(AttributeTemplate):
    key = StateType

    def generic_resolve(self, kind: StateType, name: str) -> types.Type | None:
        return kind.tables[State._fields.index(name)] if name in State._fields else None


@lower_getattr_generic(StateType)
def _load_table(context: Any, builder: Any, kind: StateType, value: Any, name: str) -> Any:
    position = State._fields.index(name)
    table = kind.tables[position]
    block = builder.bitcast(value, context.get_value_type(kind.tables).as_pointer())
    header = cgutils.gep_inbounds(builder, block, 0, position)
    held = cgutils.create_struct_proxy(table)(context, builder, ref=header)
    found = cgutils.create_struct_proxy(table)(context, builder)
    for part in ("nitems", "itemsize", "data", "shape", "strides"):
        # The block is never written to again: what was loaded once need not be loaded after
        # every store. The same makes counting references pointless: owner and count are null.
        loaded = builder.load(held._get_ptr_by_name(part))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        setattr(found, part, loaded)
    found.meminfo = cgutils.get_null_value(found.meminfo.type)
    found.parent = cgutils.get_null_value(found.parent.type)
    return impl_ret_borrowed(context, builder, table, found._getvalue())


@unbox(StateType)
def _put_on_stack(kind: StateType, given: Any, c: Any) -> NativeValue:
    native = c.unbox(kind.tables, given)
    # The caller holds the tables for as long as the compiled code runs: inside, nobody needs to
    # count references, which would cost an atomic operation at every access.
    block = native.value
    for position, table in enumerate(kind.tables):
        held = c.builder.extract_value(native.value, position)
        header = cgutils.create_struct_proxy(table)(c.context, c.builder, value=held)
        header.meminfo = cgutils.get_null_value(header.meminfo.type)
        block = c.builder.insert_value(block, header._getvalue(), position)
    address = cgutils.alloca_once_value(c.builder, block)

    def release() -> None:
        if native.cleanup is not None:
            native.cleanup()
        c.context.nrt.decref(c.builder, kind.tables, native.value)

    return NativeValue(
        c.builder.bitcast(address, ir.IntType(8).as_pointer()),
        is_error=native.is_error,
        cleanup=release,
    )
