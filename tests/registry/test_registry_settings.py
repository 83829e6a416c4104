"""Registries in `lineage.toml`: what is taken, what is refused, how each is called."""

from __future__ import annotations

from typing import Any

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.settings.lineage_toml import Settings, parse_settings, settings_digest_source

HTTPS = "https://mlflow.example.org"


def read(kind: str = "mlflow", **keys: Any) -> Any:
    settings = parse_settings({"registry": {kind: [keys]}}, "lineage.toml")
    return getattr(settings.registry, kind)[0]


@pytest.mark.parametrize(
    ("keys", "namespace"),
    [
        ({"url": HTTPS}, "mlflow://mlflow.example.org"),
        ({"url": "https://MLflow.Example.org:443/team/"}, "mlflow://mlflow.example.org"),
        ({"url": "http://10.1.2.3:5000"}, "mlflow://10.1.2.3:5000"),
        ({"url": HTTPS, "name": "mlflow://risk"}, "mlflow://risk"),
    ],
)
def test_a_registry_is_called_by_its_host_unless_it_is_named(
    keys: dict[str, str], namespace: str
) -> None:
    found = read(**keys)
    assert found.namespace == namespace
    assert found.folder == namespace.removeprefix("mlflow://")


def test_a_region_is_called_by_its_name() -> None:
    assert read("sagemaker", region="eu-west-1").namespace == "sagemaker://eu-west-1"
    named = read("sagemaker", region="eu-west-1", name="sagemaker://prod")
    assert (named.namespace, named.folder) == ("sagemaker://prod", "prod")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({}, "missing required field `url`"),
        ({"url": "ftp://h"}, "[registry.mlflow[0].url]"),
        ({"url": "https://u:hunter2@h"}, "[registry.mlflow[0].url]"),
        ({"url": "https://h?token=hunter2"}, "[registry.mlflow[0].url]"),
        ({"url": HTTPS, "name": "mlflow://a/../b"}, "[registry.mlflow[0].name]"),
        ({"url": HTTPS, "name": "mlflow://.."}, "[registry.mlflow[0].name]"),
        ({"url": HTTPS, "name": "risk"}, "[registry.mlflow[0].name]"),
        ({"url": HTTPS, "token_env": "dapi-hunter2"}, "[registry.mlflow[0].token_env]"),
        ({"url": HTTPS, "token": "hunter2"}, "unknown key 'token'; did you mean 'token_env'?"),
        ({"url": HTTPS, "username_env": "U"}, "username_env and password_env go together"),
        (
            {"url": HTTPS, "token_env": "T", "username_env": "U", "password_env": "P"},
            "but not both",
        ),
        ({"url": "http://h", "token_env": "T"}, "in the clear"),
    ],
)
def test_what_is_wrong_is_told_by_its_key(keys: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**keys)
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_credentials_may_travel_within_the_machine() -> None:
    assert read(url="http://127.0.0.1:5000", token_env="T").token_env == "T"


def test_two_registries_of_one_name_are_refused() -> None:
    declared = [{"url": HTTPS}, {"url": f"{HTTPS}/other"}]
    with pytest.raises(ConfigError, match=r"two registries are called mlflow://mlflow.example.org"):
        parse_settings({"registry": {"mlflow": declared}}, "lineage.toml")


def test_registries_change_no_table_and_so_no_digest() -> None:
    declared = {"registry": {"mlflow": [{"url": HTTPS}]}, "monitoring": {}}
    settings = parse_settings(declared, "lineage.toml")
    assert settings_digest_source(settings) == settings_digest_source(Settings())
