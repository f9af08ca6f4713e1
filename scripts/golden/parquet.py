#!/usr/bin/env python3
"""Makes the fixtures of the tests of the Parquet reader.

Needs pyarrow. From the root of the repository:

    python scripts/golden/parquet.py Tests/EngineTests/Parquet/Fixtures

Each table is written as ROWS.json, its rows as an array of objects, and in several ways as ROWS-WAY.parquet.
Files in `refused` hold what the reader refuses by name.
"""

import datetime
import decimal
import json
import math
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

# Without these, half of every file would be a copy of the schema and statistics, which the reader passes over.
SMALL = {"store_schema": False, "write_statistics": False}
PAGES = {"data_page_size": 1, "write_batch_size": 3}


def scalars():
    schema = pa.schema(
        [
            pa.field("row", pa.int32(), nullable=False),
            ("flag", pa.bool_()),
            ("i8", pa.int8()),
            ("i16", pa.int16()),
            ("i32", pa.int32()),
            ("i64", pa.int64()),
            ("u8", pa.uint8()),
            ("u16", pa.uint16()),
            ("u32", pa.uint32()),
            ("u64", pa.uint64()),
            ("f32", pa.float32()),
            ("f64", pa.float64()),
            ("text", pa.string()),
            ("bytes", pa.binary()),
            ("nothing", pa.null()),
        ]
    )
    doubles = [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1 / 3, math.inf, -math.inf, math.nan, 2.0]
    rows = []
    for row in range(21):
        high = row % 3 == 0
        rows.append(
            {
                "row": row,
                "flag": None if row % 7 == 6 else row % 3 != 1,
                "i8": None if row == 1 else (127 if high else -128 + row),
                "i16": None if row == 2 else (32767 if high else -32768 + row),
                "i32": None if row == 3 else (2**31 - 1 if high else -(2**31) + row),
                "i64": None if row == 4 else (2**63 - 1 if high else -(2**63) + row),
                "u8": None if row == 5 else (255 if high else row),
                "u16": None if row == 6 else (65535 if high else row),
                "u32": None if row == 7 else (2**32 - 1 if high else row),
                "u64": None if row == 8 else (2**64 - 1 if high else row),
                "f32": None if row == 9 else [0.1, -2.5, 3e-39, 3.0e38][row % 4],
                "f64": None if row == 10 else doubles[row % 9],
                "text": [None, "", "one", "две", "三", "four 🍀", "e\u0301", "tab\tand\nline"][row % 8],
                "bytes": None if row % 5 == 0 else "pièce %d" % row,
                "nothing": None,
            }
        )
    stored = [{**row, "bytes": row["bytes"] and row["bytes"].encode()} for row in rows]
    return rows, pa.Table.from_pylist(stored, schema)


def texts():
    rows = []
    for row in range(240):
        words = ["the", "lamp", "of", "room", str(row * 7919 % 1009)]
        text = " ".join(words[row % 5 :] + words[: row % 5])
        if row == 100:
            text = "a long line without an end, " * 100
        rows.append({"text": None if row % 50 == 49 else text, "group": ["left", "right", None][row // 7 % 3]})
    return rows, pa.Table.from_pylist(rows, pa.schema([("text", pa.string()), ("group", pa.string())]))


def nested():
    choices = pa.struct([("text", pa.list_(pa.string())), ("label", pa.list_(pa.string()))])
    answers = pa.list_(pa.struct([("text", pa.string()), ("start", pa.int32()), ("tags", pa.list_(pa.string()))]))
    schema = pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            ("choices", choices),
            ("answers", answers),
            ("grid", pa.list_(pa.list_(pa.int64()))),
            ("deep", pa.struct([("a", pa.struct([("b", pa.list_(pa.list_(pa.struct([("c", pa.bool_())]))))]))])),
            pa.field("strict", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
            ("table", pa.map_(pa.string(), pa.int32())),
        ]
    )
    some_choices = [
        {"text": ["a bird", "a stone", "a wave", "a song"], "label": ["A", "B", "C", "D"]},
        {"text": [], "label": []},
        None,
        {"text": None, "label": ["1", None, "3"]},
        {"text": ["only"], "label": None},
    ]
    some_answers = [
        [{"text": "by the river", "start": 12, "tags": ["x", "y"]}, {"text": None, "start": 0, "tags": []}],
        [],
        None,
        [None, {"text": "", "start": None, "tags": None}, {"text": "end", "start": -1, "tags": [None, ""]}],
    ]
    some_grids = [[[1, 2], [], [3]], None, [], [None, [None], [4, 5, 6]], [[7]], [[]]]
    some_deep = [
        {"a": {"b": [[{"c": True}, {"c": None}], [None], []]}},
        {"a": {"b": None}},
        {"a": None},
        None,
        {"a": {"b": []}},
        {"a": {"b": [None, [{"c": False}]]}},
        {"a": {"b": [[]]}},
    ]
    some_tables = [[("up", 1), ("down", None)], [], None]
    rows, stored = [], []
    for row in range(30):
        common = {
            "id": "item-%02d" % row,
            "choices": some_choices[row % 5],
            "answers": some_answers[row % 4],
            "grid": some_grids[row % 6],
            "deep": some_deep[row % 7],
            "strict": list(range(row % 4)),
        }
        table = some_tables[row % 3]
        rows.append({**common, "table": table and [{"key": key, "value": value} for key, value in table]})
        stored.append({**common, "table": table})
        if table == []:
            rows[-1]["table"] = []
    return rows, pa.Table.from_pylist(stored, schema)


def deltas():
    schema = pa.schema(
        [
            ("small", pa.int32()),
            ("large", pa.int64()),
            ("unsigned", pa.uint32()),
            ("same", pa.int64()),
            ("word", pa.string()),
            ("path", pa.string()),
            ("flag", pa.bool_()),
        ]
    )
    rows = []
    for row in range(160):
        rows.append(
            {
                "small": [2**31 - 1, -(2**31), row][row % 3],
                "large": None if row % 11 == 10 else [2**63 - 1, -(2**63), row * row][min(row % 40, 2)],
                "unsigned": 2**32 - 1 - row,
                "same": 42,
                "word": None if row % 13 == 12 else "é" * (row % 4) + str(row),
                "path": "shelf/%d/book/%d" % (row // 30, row),
                "flag": None if row % 17 == 16 else row // 20 % 2 == 0,
            }
        )
    return rows, pa.Table.from_pylist(rows, schema)


def empty():
    schema = pa.schema([("text", pa.string()), ("labels", pa.list_(pa.int64()))])
    return [], pa.Table.from_pylist([], schema)


def times():
    schema = pa.schema([("day", pa.date32()), ("moment", pa.timestamp("ms"))])
    stored = [
        {"day": datetime.date(1970, 1, 11), "moment": datetime.datetime(1970, 1, 1, 0, 0, 1)},
        {"day": datetime.date(1969, 12, 31), "moment": None},
    ]
    return [{"day": 10, "moment": 1000}, {"day": -1, "moment": None}], pa.Table.from_pylist(stored, schema)


DELTA_COLUMNS = {
    "small": "DELTA_BINARY_PACKED",
    "large": "DELTA_BINARY_PACKED",
    "unsigned": "DELTA_BINARY_PACKED",
    "same": "DELTA_BINARY_PACKED",
    "word": "DELTA_LENGTH_BYTE_ARRAY",
    "path": "DELTA_BYTE_ARRAY",
    "flag": "RLE",
}

WAYS = {
    scalars: {
        "default": {"store_schema": True, "write_statistics": True},
        "plain": {"compression": "none", "use_dictionary": False},
        "dictionary": {"compression": "none"},
        "gzip": {"compression": "gzip"},
        "v2": {"compression": "snappy", "data_page_version": "2.0"},
        "v2-plain": {"compression": "none", "data_page_version": "2.0", "use_dictionary": False},
        "groups": {"compression": "none", "row_group_size": 5},
    },
    texts: {
        "default": {"store_schema": True, "write_statistics": True},
        "gzip": {"compression": "gzip", "use_dictionary": False},
        # The dictionary is full after some pages; the rest of the column is plain.
        "fallback": {"compression": "snappy", "dictionary_pagesize_limit": 400, "data_page_size": 200,
                     "write_batch_size": 20},
        "fallback-v2": {"compression": "gzip", "dictionary_pagesize_limit": 400, "data_page_size": 200,
                        "write_batch_size": 20, "data_page_version": "2.0"},
        "zstd": {"compression": "zstd", "use_dictionary": False},
        "zstd-slow": {"compression": "zstd", "compression_level": 19, "data_page_size": 1000, "write_batch_size": 30},
        "checksums": {"compression": "snappy", "write_page_checksum": True},
    },
    nested: {
        "default": {"store_schema": True, "write_statistics": True},
        "plain": {"compression": "none", "use_dictionary": False},
        "pages": {"compression": "none", **PAGES},
        "pages-v2": {"compression": "snappy", "data_page_version": "2.0", **PAGES},
        "groups": {"compression": "snappy", "row_group_size": 7, "use_compliant_nested_type": False},
        "gzip-v2": {"compression": "gzip", "data_page_version": "2.0"},
        "zstd-v2": {"compression": "zstd", "data_page_version": "2.0", "use_dictionary": False},
    },
    deltas: {
        "v1": {"compression": "none", "use_dictionary": False, "column_encoding": DELTA_COLUMNS},
        "v2": {"compression": "gzip", "use_dictionary": False, "column_encoding": DELTA_COLUMNS,
               "data_page_version": "2.0", "data_page_size": 500, "write_batch_size": 70},
    },
    empty: {"default": {}, "plain": {"compression": "none", "use_dictionary": False}},
    times: {"default": {}},
}


def refused():
    text = pa.table({"text": ["some", "words"]})
    yield "brotli", text, {"compression": "brotli"}
    yield "lz4", text, {"compression": "lz4"}
    yield "split", pa.table({"x": [1.5, 2.5]}), {"use_dictionary": False, "use_byte_stream_split": True}
    yield "decimal", pa.table({"x": [decimal.Decimal("1.25")]}), {}
    yield "fixed", pa.table({"x": pa.array([b"abcd"], pa.binary(4))}), {}
    yield "int96", pa.table({"x": [datetime.datetime(2001, 2, 3)]}), {"use_deprecated_int96_timestamps": True}
    yield "binary", pa.table({"s": [{"x": b"\xff\xfe"}]}), {}


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "refused").mkdir(parents=True, exist_ok=True)
    for make, ways in WAYS.items():
        rows, table = make()
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{make.__name__}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        for way, options in ways.items():
            pq.write_table(table, folder / f"{make.__name__}-{way}.parquet", **{**SMALL, **options})
    for name, table, options in refused():
        pq.write_table(table, folder / "refused" / f"{name}.parquet", **{**SMALL, **options})


if __name__ == "__main__":
    main()
