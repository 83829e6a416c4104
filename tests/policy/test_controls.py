"""The catalogue of controls, and what a policy may say of them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.policy.controls import BASELINE, shipped_controls
from lineage_pipeline.policy.reading import read_policy

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = shipped_controls()


def test_there_are_sixty_controls_in_six_families() -> None:
    families = Counter(re.sub(r"\d", "", name) for name in CATALOGUE.control)
    assert families == {
        "L": 6, "G": 12, "E": 13, "P": 12, "H": 3, "F": 2, "S": 3, "U": 4, "A": 5,
    }  # fmt: skip


def test_every_framework_has_controls_and_every_control_a_known_framework() -> None:
    asked = {name for control in CATALOGUE.control.values() for name in control.under}
    assert asked == set(CATALOGUE.framework)


def test_duties_of_high_risk_systems_are_not_asked_for_before_december_2027() -> None:
    days = {
        name: control.under["eu-ai-act"].applies_from
        for name, control in CATALOGUE.control.items()
        if "eu-ai-act" in control.under
    }
    assert days.pop("E13") == date(2026, 8, 2)  # Art 50 was not deferred
    assert set(days.values()) == {date(2027, 12, 2)}


def test_what_the_law_sets_says_which_way_is_stricter() -> None:
    law = {
        (name, parameter): (one.value, one.stricter)
        for name, control in CATALOGUE.control.items()
        for parameter, one in control.parameter.items()
        if one.basis == "law"
    }
    assert law["P11", "hours"] == (72, "lower")
    assert law["E08", "years"] == (10, "higher")
    assert law["E09", "months"] == (6, "higher")
    assert law["E12", "death_days"] == (10, "lower")


def test_a_policy_names_frameworks_numbers_holidays_and_controls_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "compliance.toml").write_text(
        '[obligations]\nframeworks = ["gdpr", "eu-ai-act"]\n'
        "[control.A06]\nparameters = { days = 7 }\n"
        '[control."four weeks"]\ntitle = "t"\nrequirement = "r"\n'
        'population = "p"\nsql = "select 1"\n'
        "[calendar]\nholidays = [2026-12-25]\n"
        '[[person]]\nid = "ada"\nuntil = 2026-05-31\n'
    )
    policy = read_policy(tmp_path)
    assert policy.obligations.frameworks == ("gdpr", "eu-ai-act")
    assert policy.control["A06"].parameters == {"days": 7}
    assert policy.control["four weeks"].automation == "full"
    assert policy.calendar.holidays == (date(2026, 12, 25),)
    assert policy.person[0].until == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[obligations]\nframeworks = ["gdrp"]', ["'gdrp'", "no such framework", "'gdpr'"]),
        (f'[obligations]\nframeworks = ["{BASELINE}"]', [f"'{BASELINE}'", "no such framework"]),
        ("[control.A66]\nparameters = { days = 7 }", ["'A66'", "no such control", "'A06'", "sql"]),
        ("[control.A06]\nparameters = { day = 7 }", ["'day'", "no such parameter", "'days'"]),
        ("[control.P11]\nparameters = { hours = 96 }", ["hours = 96", "72 hours", "lower"]),
        ("[control.E08]\nparameters = { years = 9 }", ["years = 9", "10 years", "higher"]),
        ('[control.A06]\ntitle = "mine"', ["built in", "parameters"]),
        ('[control.A06]\nsql = "select 1"', ["built in", "another name"]),
        ('[control.mine]\nsql = "select 1"', ["title, requirement and population"]),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "compliance.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_policy(tmp_path)
    assert [word for word in words if word not in str(refused.value)] == []


def test_what_the_law_sets_may_be_made_stricter(tmp_path: Path) -> None:
    (tmp_path / "compliance.toml").write_text("[control.P11]\nparameters = { hours = 48 }")
    assert read_policy(tmp_path).control["P11"].parameters == {"hours": 48}
