"""A declaration that cannot be used says where, what, and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.audit import admissible, generic_mappings
from lineage_pipeline.formats.audit.value import COLUMNS
from lineage_pipeline.schemas import AUDIT_EVENT
from lineage_pipeline.settings.lineage_toml import AuditColumns, parse_settings, read_settings
from tests.formats.audit.chunks import LEAST, as_bytes, event, mapping, read

PLACE = "lineage.toml: [audit.generic.desk"


def refusal(**declared: Any) -> str:
    """Return why `[audit.generic.desk]` is refused, beside another that is good."""
    columns = {**LEAST["columns"], **declared.pop("columns", {})}
    content = {"audit": {"generic": {"good": LEAST, "desk": {"columns": columns, **declared}}}}
    with pytest.raises(ConfigError) as caught:
        generic_mappings(parse_settings(content, "lineage.toml").audit.generic)
    message = str(caught.value)
    assert message.startswith(PLACE)
    assert caught.value.exit_code == 2
    return message.removeprefix(PLACE)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"columns": {"actoin": "$.a"}}, [".columns]", "'actoin'", "did you mean 'action'?"]),
        ({"colums": {}}, ["]", "'colums'", "did you mean 'columns'?"]),
        ({"columns": {"action": {"pth": "$.a"}}}, [".columns.action]", "did you mean 'path'?"]),
        ({"columns": {"action": [{"jion": []}]}}, [".columns.action[0]]", "mean 'join'?"]),
        ({"rules": {"categry": []}}, [".rules]", "did you mean 'category'?"]),
        ({"rules": {"outcome": [{"off": "action", "value": "denied"}]}},
         [".rules.outcome[0]]", "did you mean 'of'?"]),
        ({"rules": {"outcome": [{"of": "action", "value": "fine"}]}},
         [".rules.outcome[0].value]", "'fine'"]),
        ({"rules": {"activity_id": [{"of": "action", "value": 7}]}}, ["activity_id[0]", "7"]),
        ({"time": {"unit": "seconds"}}, [".time]", "'unit'", "Known: format, epoch"]),
        ({"time": {"epoch": "hours"}}, [".time.epoch]", "'hours'"]),
        ({"attrs": {"x": 1}}, [".attrs", "int"]),
    ],
)  # fmt: skip
def test_an_unknown_key_or_value_is_refused(declared: dict[str, Any], words: list[str]) -> None:
    message = refusal(**declared)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    "path",
    ["action", "$", "$.", "$..a", "$.a.*", "$.a[*]", "$.a[?(@.b)]", "$[0].a", "$.a-b", "$.a b",
     "$.a[01]", "$.a[-0]", "$.a[99999]", '$."a', '$.""', '$."a\\b"', "$.a ", "$.a\n", "$.ä",
     "$" + ".a" * 33],
)  # fmt: skip
@pytest.mark.parametrize("place", ["column", "join", "attr", "rule", "recognise", "records"])
def test_a_path_of_another_form_is_refused(path: str, place: str) -> None:
    declared = {
        "column": {"columns": {"actor_id": ["$.who", {"path": path}]}},
        "join": {"columns": {"actor_id": {"join": ["$.who", "$" + path.removeprefix("$") + "["]}}},
        "attr": {"attrs": {"x": path}},
        "rule": {"rules": {"outcome": [{"of": {"path": path}, "matches": "", "value": "denied"}]}},
        "recognise": {"recognise": [["$.a", path]]},
        "records": {"records": path},
    }[place]
    message = refusal(**declared)
    assert "is no path of the form that is read; write a path like $.a.b" in message
    if place != "join":
        assert repr(path) in message


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"columns": {"action": {}}}, ["columns.action", "exactly one", "has 0"]),
        ({"columns": {"action": {"path": "$.a", "constant": "b"}}}, ["exactly one", "has 2"]),
        ({"columns": {"action": []}}, ["columns.action", "not declared"]),
        ({"columns": {"occurred_at": {"constant": "now"}}}, ["columns.occurred_at", "same"]),
        ({"columns": {"run_id": {"path": "$.a", "pattern": "a(b"}}}, ["columns.run_id", "'a(b'"]),
        ({"columns": {"run_id": {"path": "$.a", "pattern": "ab"}}}, ["0 groups instead of 1"]),
        ({"columns": {"run_id": {"path": "$.a", "pattern": "(a)(b)"}}}, ["2 groups instead"]),
        ({"columns": {"run_id": {"path": "$.a", "pattern": "(a)(?=b)"}}}, ["look-around"]),
        ({"required": ["actor"]}, ["required", "'actor'", "did you mean 'actor_id'?"]),
        ({"rules": {"outcome": [{"of": "error", "matches": "", "value": "denied"}]}},
         ["rules.outcome[0].of", "unknown column 'error'", "did you mean"]),
        ({"rules": {"outcome": [{"of": "action", "value": "denied"}]}}, ["matches or missing"]),
        ({"rules": {"outcome": [{"of": "action", "matches": "[", "value": "denied"}]}}, ["'['"]),
        ({"attrs": {"password": "$.p"}}, ["attrs.password", "marks a secret"]),
        ({"attrs": {"x": []}}, ["attrs.x", "names no path"]),
        ({"recognise": [[]]}, ["recognise[0]", "empty"]),
        ({"files": ""}, ["files", "empty"]),
        ({"time": {"format": "%Y", "epoch": "seconds"}}, ["both a format and an epoch"]),
        ({"time": {"format": "%Q"}}, ["time.format", "'%Q'"]),
        ({"time": {"format": "%Y %Y"}}, ["time.format", "'%Y %Y'"]),
        ({"line": "(?P<time>x) (?P<acton>y)"}, ["no group for '$.action'", "mean '$.acton'?"]),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_work_is_refused(
    declared: dict[str, Any], words: list[str]
) -> None:
    message = refusal(**declared)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    "content", [{"audit": 5}, {"audit": {"generic": []}}, {"audit": {"generic": {"x": 5}}},
                {"audit": {"genric": {}}}]
)  # fmt: skip
def test_tables_of_another_shape_are_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"lineage.toml: \[audit"):
        parse_settings(content, "lineage.toml")


def test_the_columns_of_a_declaration_are_columns_of_the_table() -> None:
    assert set(AuditColumns.__struct_fields__) == set(COLUMNS)
    assert set(COLUMNS) <= set(AUDIT_EVENT.names)


def test_a_declaration_takes_files_of_its_folder_by_their_names() -> None:
    one, other = mapping(files="loan-desk-*"), mapping()
    folder = "audit/generic"
    assert admissible([one, other], folder, "loan-desk-2026.ndjson") == [one, other]
    assert admissible([one, other], folder, "Loan-desk-2026.ndjson") == [other]
    assert admissible([one, other], "audit/cloudtrail", "loan-desk-2026.ndjson") == []


def test_a_log_of_text_is_read_by_the_groups_of_its_lines() -> None:
    declared = mapping(line="^(?P<time>[^ ]+) (?P<action>[a-z]*)", attrs={"what": "$.action"})
    found = read(
        declared, [b"2026-03-02T09:14:07Z go", b"2026-03-02T09:14:07Z ", b"what?", b"\xff"]
    )
    assert found.rows["attrs"].to_pylist() == ['{"what":"go"}']
    assert [(at, problem.code) for at, problem in found.rejected] == [
        (1, "missing_action"),
        (2, "not_an_event"),
        (3, "invalid_utf8"),
    ]


def test_the_stories_own_logs_are_declared() -> None:
    settings = read_settings(Path("data/lineage.toml"))
    found = generic_mappings(settings.audit.generic)
    assert {name: one.declaration.files for name, one in found.items()} == {
        "loan-desk": "loan-desk-*",
        "training-ledger": "training-ledger-*",
    }


def test_names_that_differ_in_case_alone_are_told_apart() -> None:
    declared = mapping(columns={"actor_id": ["$.who", "$.Who"], "reason": "$.WHO.why"})
    bodies = [as_bytes(event(**fields)) for fields in (
        {"Who": "b"}, {"who": "a", "Who": "b"}, {"WHO": {"why": "c"}},
    )]  # fmt: skip
    table = read(declared, bodies).rows
    assert table["actor_id"].to_pylist() == ["b", "a", None]
    assert table["reason"].to_pylist() == [None, None, "c"]
