"""Parquet: one article a row, read in small batches; the columns are named as in CSV.

Needs pyarrow, which comes with `newscite[parquet]`.
"""

import io
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from ingest.sources.base import KEPT, Beginning, Items, Source
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, Naming, Refused
from ingest.sources.tables import LARGEST_CELL, Columns, storable
from rag.errors import IngestError

_BATCH = 16  # rows: of the largest cells that are taken, some hundred megabytes
_READ = 1024 * 1024  # bytes read ahead of a column
_LARGEST_GROUP = 4_000_000_000  # bytes of a column in a group of rows, unpacked
_MISSING = "reading Parquet needs pyarrow; install it with: pip install 'newscite[parquet]'"


def _items(
    file: BinaryIO, path: Path, where: str, naming: Naming | None = None
) -> Iterator[Delivered | Refused]:
    head = file.read(KEPT)
    if not head.startswith(b"PAR1"):
        empty = not Beginning(head).text
        reason = NO_TEXT if empty else "is no Parquet file: it does not begin with PAR1"
        yield Refused(where, reason, head)
        return
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        yield Refused(where, _MISSING, head)
        return
    try:
        file.seek(0, io.SEEK_END)
        file.seek(0)
    except io.UnsupportedOperation:
        yield Refused(where, "a Parquet file within gzip cannot be read; unpack it first", head)
        return
    number = 0
    try:
        table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_READ)
        _check_groups(table.metadata)
        columns = Columns.of(table.schema_arrow.names, naming or {})
        for batch in table.iter_batches(batch_size=_BATCH, use_threads=False):
            for row in range(batch.num_rows):
                number += 1
                yield _item(batch, row, columns, f"{where}:{number}")
    except IngestError as error:
        yield Refused(where, error.reason, head)
        return
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = str(error).partition("\n")[0][:200]
        yield Refused(where, f"the Parquet file is damaged after row {number:,}: {reason}", head)
        return
    if not number:
        yield Refused(where, f"{NO_TEXT}: the table has no rows", head)


def _check_groups(metadata: Any) -> None:
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.total_uncompressed_size > _LARGEST_GROUP:
                raise IngestError(
                    f"the column {column.path_in_schema!r} has more than 4 GB in one group of "
                    "rows; write the file with smaller row groups"
                )


def _item(batch: Any, row: int, columns: Columns, where: str) -> Delivered | Refused:
    try:
        cells = [_cell(column[row]) for column in batch.columns]
    except (ValueError, OverflowError, UnicodeDecodeError) as error:
        return Refused(where, f"the row holds a value that cannot be read: {error}", b"")
    try:
        return Delivered(columns.article(cells, where), where)
    except IngestError as error:
        return Refused(where, error.reason, _raw(batch.schema.names, cells))


def _cell(scalar: Any) -> object:
    """The value of a cell; of a text over the bound no more than shows that it is."""
    buffer = scalar.as_buffer() if hasattr(scalar, "as_buffer") else None
    if buffer is not None and buffer.size > 4 * LARGEST_CELL:
        return bytes(buffer.slice(0, LARGEST_CELL + 1))
    return scalar.as_py()


def _raw(names: Sequence[str], cells: Sequence[object]) -> bytes:
    row = {name: storable(cell) for name, cell in zip(names, cells, strict=True)}
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")[: 4 * LARGEST_CELL]


def row_again(raw: bytes, naming: Naming, where: str) -> Delivered | Refused:
    """The article of a row that was refused, from the bytes that were kept of it."""
    try:
        row = json.loads(raw)
        columns = Columns.of(list(row), naming)
        return Delivered(columns.article(list(row.values()), where), where)
    except ValueError as error:
        return Refused(where, f"what was kept of the row is not whole: {error}", raw)
    except IngestError as error:
        return Refused(where, error.reason, raw)


def _named(naming: Naming) -> Items:
    return partial(_items, naming=naming)


SOURCE = Source(
    name="parquet",
    suffixes=frozenset({".parquet"}),
    recognises=lambda beginning: beginning.raw.startswith(b"PAR1"),
    items=_items,
    binary=True,
    named=_named,
)
