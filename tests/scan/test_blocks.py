"""Documents that hold a list of records give each of them, however large or damaged they are."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest

from lineage_pipeline.scan import blocks
from lineage_pipeline.scan.blocks import RecordBlocks
from lineage_pipeline.scan.lines import LineBounds, line_bounds

LIMIT = 2_000


def read(data: bytes, *, key: str = "Records", chunk: int = 512) -> tuple[list[Any], list[str]]:
    """Return the records, and the reason codes of what is none."""
    stream = io.BytesIO(data)
    read_blocks = RecordBlocks(
        lambda size: stream.read(min(size, chunk)),
        0,
        limit=LIMIT,
        list_key=key,
        is_text=False,
        is_range=False,
    )
    found: list[Any] = []
    codes: list[str] = []
    for block in read_blocks:
        found += map(json.loads, block.texts())
        codes += [problem.code for _, _, problem in block.problems]
    return found, codes


def records(count: int) -> list[dict[str, Any]]:
    return [{"id": number, "in": [{"name": "x"}], "what": "y" * 50} for number in range(count)]


@pytest.mark.parametrize("chunk", [64, 512, 1 << 20])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_document_over_the_limit_gives_its_records(chunk: int, indent: int | None) -> None:
    many = records(100)
    found, codes = read(json.dumps({"Records": many}, indent=indent).encode(), chunk=chunk)
    assert (found, codes) == (many, [])


@pytest.mark.parametrize("before", [{"kind": "EventList", "apiVersion": "v1", "metadata": {}}, {}])
def test_short_members_may_stand_before_the_list(before: dict[str, Any]) -> None:
    many = records(100)
    found, codes = read(json.dumps(before | {"items": many}).encode(), key="items")
    assert (found, codes) == (many, [])


@pytest.mark.parametrize("chunk", [64, 1 << 20])
@pytest.mark.parametrize(
    "damage",
    [('"id": 3,', '"id": three,'), ('{"id": 3,', '{"id": 3, oops,'), ('"y', '"\\qy')],
)
@pytest.mark.parametrize("opening", ['{"Records": [', "["])
def test_a_broken_record_costs_only_itself(
    damage: tuple[str, str], opening: str, chunk: int
) -> None:
    many = records(20)
    texts = [json.dumps(one) for one in many]
    texts[3] = texts[3].replace(*damage, 1)
    closing = "]}" if opening.startswith("{") else "]"
    found, codes = read((opening + ", ".join(texts) + closing).encode(), chunk=chunk)
    assert found == [one for one in many if one["id"] != 3]
    assert codes == ["malformed_json"]


@pytest.mark.parametrize("chunk", [1 << 10, 1 << 20])
@pytest.mark.parametrize("odd", [r'"\ud800"', "[" * 5000 + "]" * 5000], ids=["half", "deep"])
@pytest.mark.parametrize("opening", ['{"Records": [', "[", "{\n", ""])
def test_what_only_the_decoder_refuses_is_a_record(odd: str, opening: str, chunk: int) -> None:
    texts = ['{"id": 1}', f'{{"id": 2,\n "odd": {odd}}}', '{"id": 3}']
    closing = {"{": "]}", "[": "]"}.get(opening.strip()[:1], "")
    if opening == "{\n":
        opening = '{\n"Records": ['
    data = (opening + (", " if closing else "\n").join(texts) + closing + "\n").encode()
    stream = io.BytesIO(data)
    cut = RecordBlocks(
        lambda size: stream.read(min(size, chunk)), 0,
        limit=1 << 16, list_key="Records", is_text=False, is_range=False,
    )  # fmt: skip
    found = list(cut)
    assert [text for block in found for text in block.texts()] == [
        text.replace("\n", " ").encode() for text in texts
    ]
    assert [problem for block in found for problem in block.problems] == []
    assert (cut.end_offset, cut.torn_bytes) == (len(data), 0)


def test_a_block_has_so_many_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_LINES", 10)
    many = records(95)
    data = b"".join(json.dumps(one).encode() + b"\n\r\n" for one in many)
    stream = io.BytesIO(data)
    read_blocks = RecordBlocks(
        stream.read, 0, limit=LIMIT, list_key=None, is_text=False, is_range=False
    )
    found = list(read_blocks)
    assert [json.loads(text) for block in found for text in block.texts()] == many
    assert max(len(block.places) for block in found) <= 10
    assert (read_blocks.end_offset, read_blocks.line_count) == (len(data), 190)
    assert read_blocks.sha256 == hashlib.sha256(data).digest()


@pytest.mark.parametrize("count", [100, 105])
def test_lines_are_looked_for_twice_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(blocks, "MOST_LINES", 10)
    data = b"{}\n" * count
    looked_at: list[int] = []

    def find_lines(block: bytes) -> LineBounds:
        looked_at.append(len(block))
        return line_bounds(block)

    found = list(
        RecordBlocks(
            io.BytesIO(data).read, 0, limit=LIMIT, list_key=None, is_text=False, is_range=False,
            find_lines=find_lines,
        )
    )  # fmt: skip
    assert sum(len(block.places) for block in found) == count
    assert sum(looked_at) == 2 * len(data)


def test_what_is_left_of_many_lines_can_still_be_framed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_LINES", 10)
    many = records(40)
    lines = [json.dumps(one) for one in many[:25]] + [
        json.dumps(one, indent=1) for one in many[25:]
    ]
    assert read("\n".join(lines).encode(), chunk=1 << 20) == (many, [])
