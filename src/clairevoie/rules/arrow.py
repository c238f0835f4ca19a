"""Arrow tables as columns, exactly: no value is rounded, what cannot be held is marked invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.case import EXACT_FLOAT, LARGEST, NO, YES
from clairevoie.rules.columns import Array, Columns
from clairevoie.rules.model import Input, Version
from clairevoie.rules.reads import inputs_read

if TYPE_CHECKING:
    import pyarrow as pa

Mask = NDArray[np.bool_]
Read = tuple[Array, Mask | None]
"""Values, and where they are invalid (``None``: nowhere). Under a null they are anything."""


def columns_of(
    table: pa.RecordBatch | pa.Table,
    version: Version,
    names: Mapping[str, str] | None = None,
    *,
    more: tuple[str, ...] = (),
) -> Columns:
    """Read the inputs of a version from an Arrow table or batch.

    Args:
        table: the cases, one a row.
        version: the rules: only the inputs that they read are taken.
        names: for each input, the column that gives it; its own name when left out. An input whose
            column is not in the table is missing in every case.
        more: further inputs to take (those of tie-breaks).
    """
    values: dict[str, Array] = {}
    missing: dict[str, Mask] = {}
    invalid: dict[str, Mask] = {}
    wanted = list(inputs_read(version))
    wanted += [version.input(name) for name in more if name not in {i.name for i in wanted}]
    present = set(table.schema.names)
    for item in wanted:
        column = (names or {}).get(item.name, item.name)
        if column in present:
            array, gone, wrong = read_column(table.column(column), item)
            values[item.name] = array
            if gone is not None:
                missing[item.name] = gone
            if wrong is not None:
                invalid[item.name] = wrong
    return Columns(count=table.num_rows, values=values, missing=missing, invalid=invalid)


def read_column(column: Any, item: Input) -> tuple[Array, Mask | None, Mask | None]:
    """Read one Arrow column as an input's type: values, where missing, where invalid."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks)
    if pa.types.is_dictionary(column.type) and (item.type != "category" or column.null_count):
        column = column.dictionary_decode()
    if _is_text(column.type):
        column = _trimmed(column)
    gone = _nulls(column)
    array, wrong = _READERS[item.type](column, item)
    empty = _empty(column, item, array)
    if empty is not None:
        gone = empty if gone is None else gone | empty
    if wrong is not None and gone is not None:
        wrong = wrong & ~gone
    return array, gone, wrong if wrong is not None and wrong.any() else None


def _empty(column: Any, item: Input, array: Array) -> Mask | None:
    """Where a value that is there says nothing: a floating NaN, an empty text of a dictionary."""
    import pyarrow as pa

    found: Mask | None = None
    if pa.types.is_floating(column.type):
        found = np.isnan(array if item.type == "number" else _filled(column, 0.0))
    elif pa.types.is_dictionary(column.type):
        words = column.dictionary.cast(pa.string()).to_pylist()
        blank = np.array([word is None or not word.strip() for word in words], dtype=bool)
        found = blank[_filled(column.indices, 0)] if blank.any() else None
    return found if found is not None and found.any() else None


def _nulls(column: Any) -> Mask | None:
    if column.null_count == 0:
        return None
    return cast("Mask", column.is_null().to_numpy(zero_copy_only=False))


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _trimmed(column: Any) -> Any:
    """Text without the spaces around it; an empty one is missing, as in a form."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)


def _filled(column: Any, value: Any) -> Array:
    """The values as NumPy, nulls replaced (without a copy when there are none)."""
    if column.null_count:
        column = column.fill_null(value)
    return cast("Array", column.to_numpy(zero_copy_only=False))


def _unreadable(column: Any, dtype: Any) -> Read:
    return np.zeros(len(column), dtype=dtype), np.ones(len(column), dtype=bool)


def _numeric(column: Any, item: Input) -> Read:
    """An integer or a decimal input: whole units of the last decimal kept."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_integer(kind):
        return _from_integers(column, item.decimals)
    if pa.types.is_floating(kind):
        return _from_floats(column, item.decimals)
    if pa.types.is_decimal(kind):
        return _from_decimals(column, item.decimals)
    if _is_text(kind):
        return _from_text(column, item.decimals)
    if pa.types.is_null(kind):
        return np.zeros(len(column), dtype=np.int64), None
    return _unreadable(column, np.int64)


def _from_integers(column: Any, decimals: int) -> Read:
    import pyarrow as pa

    wrong: Mask | None = None
    if pa.types.is_uint64(column.type):
        raw = _filled(column, 0)
        wrong = raw > np.uint64(LARGEST)
        array = raw.astype(np.int64)
    else:
        array = _filled(column, 0)
        array = array if array.dtype == np.int64 else array.astype(np.int64)
    if decimals:
        largest = LARGEST // 10**decimals
        if len(array) and (array.min() < -largest or array.max() > largest):
            over = (array < -largest) | (array > largest)
            wrong = over if wrong is None else wrong | over
        array = array * np.int64(10**decimals)
    return array, wrong


def _from_floats(column: Any, decimals: int) -> Read:
    """A floating number stands for the shortest decimal number that reads back as it."""
    raw = _filled(column, 0.0).astype(np.float64, copy=False)
    with np.errstate(invalid="ignore", over="ignore"):
        units = np.rint(raw * 10.0**decimals)
        wrong = ~(np.abs(units) <= EXACT_FLOAT)
        units[wrong] = 0
        wrong |= units / 10.0**decimals != raw
    return units.astype(np.int64), wrong


def _from_decimals(column: Any, decimals: int) -> Read:
    import pyarrow as pa

    scale = column.type.scale
    if column.type.bit_width != 128:
        try:
            column = column.cast(pa.decimal128(38, scale))
        except pa.ArrowInvalid:
            return _unreadable(column, np.int64)
    halves = np.frombuffer(column.buffers()[1], dtype="<i8")
    halves = halves.reshape(-1, 2)[column.offset : column.offset + len(column)]
    low, high = halves[:, 0], halves[:, 1]
    gone = _nulls(column)
    if gone is not None:
        low, high = np.where(gone, 0, low), np.where(gone, 0, high)
    wrong = high != low >> 63
    if scale > decimals:
        step = 10 ** (scale - decimals)
        if step > LARGEST:
            return _unreadable(column, np.int64)
        whole, rest = np.divmod(low, np.int64(step))
        return whole, wrong | (rest != 0)
    step = 10 ** (decimals - scale)
    largest = LARGEST // step
    return low * np.int64(step), wrong | (low < -largest) | (low > largest)


def _from_text(column: Any, decimals: int) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.replace_substring(column, "€", "")
    text = pc.replace_substring_regex(text, "[ \u00a0\u202f\u2009\t]", "")
    text = pc.replace_substring(pc.replace_substring(text, "−", "-"), ",", ".")
    text = pc.replace_substring_regex(text, r"(\.[0-9]*?)0+$", r"\1")
    kept = rf"^[-+]?[0-9]{{1,18}}(\.[0-9]{{0,{decimals}}})?$"
    readable = pc.match_substring_regex(text, kept)
    wrong = ~_filled(readable, True)
    text = pc.if_else(readable, text, pa.scalar("0", text.type))
    text = pc.replace_substring_regex(text, r"\.$", "")
    text = pc.replace_substring_regex(text, r"^\+", "")
    array, over = _from_decimals(text.cast(pa.decimal128(38, decimals)), decimals)
    return array, wrong if over is None else wrong | over


def _number(column: Any, _item: Input) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    wrong: Mask | None = None
    if _is_text(kind):
        text = pc.replace_substring_regex(column, "[ \u00a0\u202f\u2009\t]", "")
        text = pc.replace_substring(pc.replace_substring(text, "−", "-"), ",", ".")
        readable = pc.match_substring_regex(
            text, r"^[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?$"
        )
        wrong = ~_filled(readable, True)
        text = pc.replace_substring_regex(text, r"^\+", "")
        column = pc.if_else(readable, text, pa.scalar("0", text.type)).cast(pa.float64())
    elif pa.types.is_decimal(kind):
        # By way of text: Arrow's own conversion is not always the nearest floating number.
        column = column.cast(pa.string()).cast(pa.float64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        column = column.cast(pa.float64(), safe=False)
    elif pa.types.is_null(kind):
        column = column.cast(pa.float64())
    else:
        return _unreadable(column, np.float64)
    array = _filled(column, 0.0)
    infinite = np.isinf(array)
    if infinite.any():
        wrong = infinite if wrong is None else wrong | infinite
    return array, wrong


def _boolean(column: Any, _item: Input) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_boolean(kind):
        return _filled(column, False), None
    if pa.types.is_integer(kind):
        array = _filled(column, 0)
        return array == 1, (array != 0) & (array != 1)
    if _is_text(kind):
        text = pc.utf8_lower(column)
        yes = _filled(pc.is_in(text, pa.array(sorted(YES), text.type)), False)
        no = _filled(pc.is_in(text, pa.array(sorted(NO), text.type)), False)
        return yes, ~(yes | no)
    if pa.types.is_null(kind):
        return np.zeros(len(column), dtype=bool), None
    return _unreadable(column, bool)


def _category(column: Any, item: Input) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        known, _ = _category(column.dictionary, item)
        places = _filled(column.indices, 0)
        array = known[places] if len(known) else np.zeros(len(column), dtype=np.int16)
        return array, array < 0
    if not _is_text(kind):
        if not (pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)):
            return _unreadable(column, np.int16)
        column = column.cast(pa.string())
    text = pc.utf8_trim_whitespace(column)
    wanted = pa.array([one.value for one in item.categories], text.type)
    array = _filled(pc.index_in(text, wanted), -1).astype(np.int16)
    return array, array < 0


def _date(column: Any, _item: Input) -> Read:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    wrong: Mask | None = None
    if _is_text(kind):
        column, wrong = _dates_of_text(column)
    elif pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            column = pc.local_timestamp(column)
        column = pc.floor_temporal(column, unit="day").cast(pa.date32())
    elif pa.types.is_null(kind):
        column = column.cast(pa.date32())
    elif not pa.types.is_date32(kind):
        return _unreadable(column, "datetime64[D]")
    days = column.view(pa.int32())
    return _filled(days, 0).astype("datetime64[D]"), wrong


def _dates_of_text(column: Any) -> tuple[Any, Mask | None]:
    """ISO or French dates; the calendar has the last word (strptime would let 31/02 pass)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    iso = pc.extract_regex(column, r"^(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})$")
    local = pc.extract_regex(column, r"^(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})$")
    parts = []
    for name in "ymd":
        both = pc.coalesce(pc.struct_field(iso, name), pc.struct_field(local, name))
        parts.append(_filled(both.cast(pa.int32()), 0))
    year, month, day = parts
    fits = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (np.where(fits, year, 1970) - 1970) * 12 + np.where(fits, month, 1) - 1
    first = months.astype("datetime64[M]")
    found = first.astype("datetime64[D]") + (np.where(fits, day, 1) - 1)
    fits &= found.astype("datetime64[M]") == first
    return pa.array(found.astype("datetime64[D]"), type=pa.date32()), ~fits


_READERS: dict[str, Callable[[Any, Input], Read]] = {
    "boolean": _boolean,
    "integer": _numeric,
    "decimal": _numeric,
    "number": _number,
    "category": _category,
    "date": _date,
}
