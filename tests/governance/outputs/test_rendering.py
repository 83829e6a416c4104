"""Forms of output by name and by the ending of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.governance.outputs.rendering import ENDINGS, FORMATS, format_of, rendered
from tests.governance.outputs.decisions import ASKED, PERFORMANCE, decided


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_names_the_gate_and_ends_its_last_line(form: str) -> None:
    text = rendered(form, decided(PERFORMANCE), ASKED)
    assert "performance" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_decision_gives_the_same_bytes(form: str) -> None:
    assert rendered(form, decided(PERFORMANCE), ASKED) == rendered(
        form, decided(PERFORMANCE), ASKED
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_ending_of_a_file_names_its_form(ending: str) -> None:
    assert format_of(Path(f"gate.x{ending}")) in FORMATS


@pytest.mark.parametrize("name", ["gate", "gate.pdf", "gate.SARIF"])
def test_another_ending_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"\.sarif"):
        format_of(Path(name))
