"""Anchors in `lineage.toml`: what is taken, what is refused, what may be shown of an address."""

from __future__ import annotations

from typing import Any

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.settings.anchors import (
    DirectoryAnchor,
    GitAnchor,
    S3Anchor,
    TimestampAnchor,
    TrailSettings,
    anchor_name,
    secrets_in,
    without_user,
)
from lineage_pipeline.settings.lineage_toml import Settings, parse_settings, settings_digest_source

GIT = {"kind": "git", "remote": "git@host:audit.git"}
STAMP = {"kind": "timestamp", "url": "https://tsa.example/tsr", "roots": "tsa.pem"}


def read(**anchor: Any) -> TrailSettings:
    return parse_settings({"trail": {"anchor": [anchor]}}, "lineage.toml").trail


def refusal(**anchor: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read(**anchor)
    assert "hunter2" not in str(caught.value)
    return str(caught.value)


def test_each_kind_is_taken() -> None:
    anchors: list[dict[str, Any]] = [
        {"kind": "directory", "path": "/mnt/other/lineage"},
        GIT | {"branch": "audit/main"},
        {"kind": "s3", "bucket": "audit", "prefix": "log", "mode": "GOVERNANCE", "retain_days": 9},
        STAMP | {"folder": "second"},
    ]
    found = parse_settings({"trail": {"anchor": anchors}}, "lineage.toml").trail.anchor
    assert found == (
        DirectoryAnchor("/mnt/other/lineage"),
        GitAnchor("git@host:audit.git", "audit/main"),
        S3Anchor("audit", "log", "GOVERNANCE", 9),
        TimestampAnchor("https://tsa.example/tsr", "tsa.pem", "second"),
    )
    assert Settings().trail.anchor == ()


def test_an_unknown_key_is_told_with_the_nearest_of_its_kind() -> None:
    assert "'buckett'; did you mean 'bucket'? Known: bucket, prefix, mode, retain_days" in refusal(
        kind="s3", buckett="x"
    )
    assert "'branhc'; did you mean 'branch'? Known: remote, branch" in refusal(**GIT, branhc="x")
    assert "[trail.anchor[0].kind]" in refusal(kind="fax")
    assert "missing required field `kind`" in refusal(path="/x")


@pytest.mark.parametrize(
    "remote", ["", "-x", "--upload-pack=x", "ext::sh -c x", "fd::3", "persistent-https::x", "a\nb"]
)
def test_remotes_that_run_something_are_refused(remote: str) -> None:
    assert "[trail.anchor[0].remote]" in refusal(kind="git", remote=remote)


@pytest.mark.parametrize(
    "remote", ["git@host:p.git", "ssh://git@[::1]:22/p", "/srv/p.git", "../p", "https://h/p?x=1"]
)
def test_other_remotes_are_taken(remote: str) -> None:
    assert read(kind="git", remote=remote).anchor == (GitAnchor(remote),)


@pytest.mark.parametrize(
    ("anchor", "key"),
    [
        (GIT | {"branch": "-f"}, "branch"),
        (GIT | {"branch": "a:b"}, "branch"),
        (STAMP | {"url": "file:///etc/passwd"}, "url"),
        (STAMP | {"url": "ftp://x:hunter2@host/"}, "url"),
        (STAMP | {"folder": "../up"}, "folder"),
        (STAMP | {"folder": "Two"}, "folder"),
        ({"kind": "s3", "bucket": "a/b"}, "bucket"),
        ({"kind": "s3", "bucket": "audit", "prefix": "/x"}, "prefix"),
        ({"kind": "s3", "bucket": "audit", "mode": "compliance"}, "mode"),
        ({"kind": "s3", "bucket": "audit", "retain_days": 0}, "retain_days"),
        ({"kind": "directory", "path": ""}, "path"),
    ],
)
def test_wrong_values_are_refused_by_their_key(anchor: dict[str, Any], key: str) -> None:
    assert f"[trail.anchor[0].{key}]" in refusal(**anchor)


def test_anchors_change_no_table_and_so_no_digest() -> None:
    anchored = parse_settings({"trail": {"anchor": [GIT]}}, "lineage.toml")
    assert settings_digest_source(anchored) == settings_digest_source(Settings())


@pytest.mark.parametrize(
    ("address", "shown", "secrets"),
    [
        ("https://u:hunter2@host/p?token=5#x", "https://host/p", ["token=5", "u:hunter2"]),
        ("https://hunter2@host/p", "https://host/p", ["hunter2"]),
        ("https://u:a/b@c@host/p", "https://host/p", ["u:a/b@c", "a/b@c"]),
        ("https://u:a%2Fb@host", "https://host", ["u:a%2Fb", "a%2Fb", "u:a/b", "a/b"]),
        ("ssh://git@host/p", "ssh://host/p", []),
        ("git@host:p.git", "git@host:p.git", []),
        ("/srv/a?b", "/srv/a?b", []),
        ("https://host/p", "https://host/p", []),
    ],
)
def test_what_is_secret_in_an_address_is_not_shown(
    address: str, shown: str, secrets: list[str]
) -> None:
    assert without_user(address) == shown
    assert set(secrets) <= set(secrets_in(address))
    assert bool(secrets) == bool(secrets_in(address))
    for anchor in (GitAnchor(address), TimestampAnchor(address, "r")):
        assert not any(secret in anchor_name(anchor) for secret in secrets)
