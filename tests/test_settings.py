"""Settings that are wrong say in which file, at which key, and what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.initialise import SETTINGS_TEXT
from lineage_pipeline.settings.classification import TagRule
from lineage_pipeline.settings.lineage_toml import Settings, read_settings, settings_digest_source

if TYPE_CHECKING:
    from pathlib import Path

COMPLETE = """
[workspace]
name = "bank"
synthetic = true

[scan]
max_record_bytes = 2048
max_decompression_ratio = 50
default_timezone = "Europe/Berlin"

[stages]
override = [{ node = "dataset:*:scratch_*", stage = "raw" }]
raw = ["inbox"]

[lineage]
max_alias_group = 8
case_insensitive = ["snowflake://*"]

[classification]
rule = [{ category = "secret", keys = ["level"], values = ["high"], of_dataset = "some" }]
denials = ["nothing"]
"""


def read(folder: Path, text: str) -> Settings:
    file = folder / "lineage.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'lineage.toml'}: ")
    assert caught.value.exit_code == 2
    return message.removeprefix(f"{folder / 'lineage.toml'}: ")


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Settings()


def test_a_fresh_workspace_has_the_defaults_but_for_its_name(tmp_path: Path) -> None:
    settings = read(tmp_path, SETTINGS_TEXT.format(name="bank"))
    assert settings.workspace.name == "bank"
    assert (settings.scan, settings.stages) == (Settings().scan, Settings().stages)


def test_the_examples_in_a_fresh_file_are_valid_once_uncommented(tmp_path: Path) -> None:
    lines = SETTINGS_TEXT.format(name="bank").splitlines()
    text = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines)
    settings = read(tmp_path, text)
    assert settings.scan == Settings().scan
    assert settings.stages.override[0].stage == "raw"


def test_every_key_is_taken(tmp_path: Path) -> None:
    settings = read(tmp_path, COMPLETE)
    assert settings.workspace.synthetic
    assert settings.scan.max_record_bytes == 2048
    assert settings.scan.default_timezone == "Europe/Berlin"
    assert settings.stages.override[0].node == "dataset:*:scratch_*"
    assert settings.stages.raw == ("inbox",)
    assert settings.lineage.max_alias_group == 8
    assert settings.lineage.case_insensitive == ("snowflake://*",)
    assert settings.classification.rule == (TagRule("secret", ("level",), ("high",), "some"),)
    assert settings.classification.denials == ("nothing",)


def test_shipped_rules_know_personal_data_special_categories_licences_and_consent() -> None:
    rules = Settings().classification.rule
    assert {rule.category for rule in rules} == {
        "personal-data", "special-category", "licence", "consent-basis",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "table", "unknown", "nearest"),
    [
        ("[scans]\n", "", "scans", "scan"),
        ("[workspce]\nname = 'x'", "", "workspce", "workspace"),
        ("zzz = 1", "", "zzz", None),
        ("[scan]\nmax_record_byte = 2048", "[scan] ", "max_record_byte", "max_record_bytes"),
        ("[scan]\ntimezone = 'UTC'", "[scan] ", "timezone", "default_timezone"),
        ("[workspace]\nnmae = 'x'", "[workspace] ", "nmae", "name"),
        ("[lineage]\nmax_alias = 3", "[lineage] ", "max_alias", "max_alias_group"),
        ("[classification]\nrules = []", "[classification] ", "rules", "rule"),
        ("[stages]\noverides = []", "[stages] ", "overides", "override"),
        (
            "[[stages.override]]\nnode = 'a'\nstage = 'raw'\n[[stages.override]]\nnod = 'a'",
            None,
            "nod",
            "node",
        ),
        ("[[stages.override]]\nnode = 'a'\nstages = 'raw'", None, "stages", "stage"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    tmp_path: Path, text: str, table: str | None, unknown: str, nearest: str | None
) -> None:
    message = refusal(tmp_path, text)
    if table is None:
        assert message.startswith("[stages.override")
    else:
        assert message.startswith(f"{table}unknown key {unknown!r}")
    assert f"unknown key {unknown!r}" in message
    if nearest:
        assert f"did you mean {nearest!r}?" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[scan]\nmax_record_bytes = 'many'", ["[scan.max_record_bytes]", "int", "str"]),
        ("[scan]\nmax_record_bytes = 10", ["[scan.max_record_bytes]", "1024"]),
        ("[scan]\nmax_record_bytes = true", ["[scan.max_record_bytes]", "bool"]),
        ("[workspace]\nsynthetic = 'yes'", ["[workspace.synthetic]", "bool", "str"]),
        ("scan = 5", ["[scan]", "object", "int"]),
        ("[stages]\nraw = 'raw'", ["[stages.raw]", "array", "str"]),
        (
            "[[stages.override]]\nnode = 'a'\nstage = 'silver'",
            ["stages.override", "stage", "silver"],
        ),
        ("[[stages.override]]\nnode = 'a'", ["stages.override", "stage"]),
        ("[scan]\ndefault_timezone = 'Mars/Base'", ["scan.default_timezone", "Mars/Base", "UTC"]),
        ("[scan]\ndefault_timezone = '../../etc/passwd'", ["scan.default_timezone"]),
        ("[scan\n", ["TOML", "line 1"]),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    message = refusal(tmp_path, text)
    for word in words:
        assert word in message


def test_a_missing_file_names_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="lineage init") as caught:
        read_settings(tmp_path / "lineage.toml")
    assert str(tmp_path / "lineage.toml") in str(caught.value)
    assert "-w DIR" in str(caught.value)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lineage.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigError, match="TOML"):
        read_settings(tmp_path / "lineage.toml")


def test_the_digest_changes_with_any_setting_and_not_with_their_order(tmp_path: Path) -> None:
    digests = {
        settings_digest_source(read(tmp_path, text))
        for text in ("", "[workspace]\nname = 'x'", "[scan]\nmax_record_bytes = 2048", COMPLETE)
    }
    assert len(digests) == 4
    one = read(tmp_path, "[scan]\nmax_record_bytes = 2048\nmax_decompression_ratio = 5")
    other = read(tmp_path, "[scan]\nmax_decompression_ratio = 5\nmax_record_bytes = 2048")
    assert settings_digest_source(one) == settings_digest_source(other)
