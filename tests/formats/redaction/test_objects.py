"""Secrets that another value names, that stand in an environment, or under a facet of their own."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from lineage_pipeline.formats.redaction import MASK, redact_body

S: Final = "s3cr3t"


def redacted(key: str, value: object) -> Any:
    return json.loads(redact_body(key, json.dumps(value).encode())[0])


@pytest.mark.parametrize("naming", ["name", "key", "Key", "parameter", "header", "property"])
@pytest.mark.parametrize("valuing", ["value", "Value", "VALUE", "stringValue"])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_object_names_its_own_value(naming: str, valuing: str, *, is_first: bool) -> None:
    pairs = [(naming, "db_password"), (valuing, S), ("type", "text")]
    found = redacted("custom", {"all": [dict(pairs if is_first else pairs[::-1])]})
    assert found == {"all": [{naming: "db_password", valuing: MASK, "type": "text"}]}


def test_another_parameter_stays() -> None:
    value = {"parameters": [{"key": "max_tokens", "value": "4096"}, {"key": "lr", "value": "1"}]}
    assert redacted("executionParameters", value) == value


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"headers": [["Authorization", S], ["Accept", "x"]]},
         {"headers": [["Authorization", MASK], ["Accept", "x"]]}),
        (["X-Auth-Token", S], ["X-Auth-Token", MASK]),
        ({"options": [["db_password", S]]}, {"options": [["db_password", MASK]]}),
        ({"argv": ["mysql", "--password", S, "x"]}, {"argv": ["mysql", "--password", MASK, "x"]}),
        ({"columns": ["token", "email"]}, {"columns": ["token", "email"]}),
        ({"pairs": [["token", "email"]]}, {"pairs": [["token", "email"]]}),
        ({"pin": 1234, "max_tokens": 4096, "has_secret": True, "password": 77.5},
         {"pin": MASK, "max_tokens": 4096, "has_secret": True, "password": MASK}),
        ({"webhook": {"name": "gov", "webhook_id": "1"}},
         {"webhook": {"name": "gov", "webhook_id": "1"}}),
        ({"webhook": "https://h/x"}, {"webhook": MASK}),
    ],
)  # fmt: skip
def test_pairs_options_and_numbers(value: object, found: object) -> None:
    assert redacted("custom", value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"name": "A", "value": S}], [{"name": "A", "value": MASK}]),
        ([{"name": "A", "Value": S}], [{"name": "A", "Value": MASK}]),
        (
            [{"name": "A", "anything": {"x": [S, 5]}}],
            [{"name": "A", "anything": {"x": [MASK, MASK]}}],
        ),
        ({"A": S, "B": 5, "C": {"D": S}}, {"A": MASK, "B": MASK, "C": {"D": MASK}}),
        ([f"A={S}", "B"], [f"A={MASK}", "B"]),
        ([["A", S]], [["A", MASK]]),
        ([{"A": S}], [{"A": MASK}]),
    ],
)
@pytest.mark.parametrize(
    "key",
    [
        "environmentVariables",
        "environment_variables",
        "env",
        "environment",
        "environ",
        "executorEnv",
    ],
)
def test_every_value_of_an_environment_goes_and_names_stay(
    key: str, value: object, found: object
) -> None:
    assert redacted("custom", {key: value}) == {key: found}
    assert redacted("custom", {"conf": json.dumps({key: value})}) == {
        "conf": json.dumps({key: found})
    }
    facet = {"_producer": "p", "_schemaURL": "u", "environmentVariables": value}
    assert redacted("environmentVariables", facet) == facet | {"environmentVariables": found}


def test_the_name_of_an_environment_stays() -> None:
    value = {"environment": "production", "env": "dev", "environment_name": "eu"}
    assert redacted("custom", value) == value


def test_a_facet_may_be_the_name_of_an_environment_or_hold_one() -> None:
    assert redacted("environment", "production") == "production"
    assert redacted("environment", [json.dumps(S), "A=b"]) == [json.dumps(MASK), f"A={MASK}"]
    assert redacted("environment_variables", "A=b\nC=d") == f"A={MASK}\nC={MASK}"
    assert redacted("environment_variables", {"env": {"A": S}}) == {"env": {"A": MASK}}


def test_variables_among_settings_go() -> None:
    assert redacted("custom", {"spark.executorEnv.FOO": S, "a": "b"}) == {
        "spark.executorEnv.FOO": MASK,
        "a": "b",
    }


@pytest.mark.parametrize("value", [{"v": S, "more": [S]}, S, [S]])
def test_a_facet_may_be_a_secret_itself(value: object) -> None:
    assert S not in json.dumps(redacted("password", value))
    named = {"_producer": "p", "v": S}
    assert redacted("db_credentials", named) == {"_producer": "p", "v": MASK}
