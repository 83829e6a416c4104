"""Timestamps of a local authority: taken if they hold, and verified by openssl as well."""

from __future__ import annotations

import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from lineage_pipeline.errors import AnchorError, ProofError
from lineage_pipeline.settings.anchors import TimestampAnchor
from lineage_pipeline.trail.anchors import post as post_module
from lineage_pipeline.trail.anchors.der import certificates_in_order
from lineage_pipeline.trail.anchors.everywhere import anchor_everywhere, compare_everywhere
from lineage_pipeline.trail.anchors.tokens import ask, roots_in, stamped_at
from lineage_pipeline.trail.examination import examine
from tests.trail.anchors.authority import Authority, openssl
from tests.trail.anchors.trails import (
    NOW,
    Told,
    anchored,
    checkpoint_of,
    compared,
    details,
    details_of_anchoring,
    grown,
    set_back,
    written_anew,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.trail.anchors.everywhere import Trail

REPLY = "application/timestamp-reply"
MESSAGE = b"what was there"


@pytest.fixture
def anchor(authority: Authority) -> TimestampAnchor:
    """Return the anchor's settings."""
    return TimestampAnchor(authority.url, str(authority.root))


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """Return an authority that nobody trusts."""
    (tmp_path / "stranger").mkdir()
    return Authority(tmp_path / "stranger")


def test_a_timestamp_is_kept_beside_the_log_and_says_when(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    assert compared(trail, anchor) == [Told(None, "empty")]
    before = datetime.now(UTC).replace(microsecond=0)
    (row,) = anchor_everywhere(trail, [anchor], NOW)
    assert (row.size, row.status) == (7, "anchored")
    at = datetime.fromisoformat(row.detail.removeprefix("stamped at "))
    assert before <= at <= datetime.now(UTC)
    assert compared(trail, anchor) == [Told(7, "consistent")]
    assert row.detail in details(trail, anchor)
    (sent,) = authority.requests
    assert sent[0]["Content-Type"] == "application/timestamp-query"
    assert examine(trail.root, trail.pinned) == []


def test_openssl_verifies_what_is_kept(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    anchored(trail, anchor)
    kept, checkpoint = trail.root / "timestamps/7.tsr", trail.root / "checkpoints/7"
    told = openssl(
        authority.folder, "ts", "-verify", "-in", str(kept), "-data", str(checkpoint),
        "-CAfile", "root.pem",
    )  # fmt: skip
    assert "Verification: OK" in told


def test_what_is_asked_is_the_digest_alone_with_a_number_and_the_certificate(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    anchored(trail, anchor)
    ((_, data),) = authority.requests
    assert checkpoint_of(trail) not in data
    (authority.folder / "sent").write_bytes(data)
    told = openssl(authority.folder, "ts", "-query", "-in", "sent", "-text")
    assert "Hash Algorithm: sha256" in told
    assert "Certificate required: yes" in told
    assert "Nonce: unspecified" not in told
    assert ask(MESSAGE).nonce != ask(MESSAGE).nonce


def test_a_checkpoint_is_stamped_once(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    anchored(trail, anchor)
    kept = (trail.root / "timestamps/7.tsr").read_bytes()
    assert anchored(trail, anchor) == [Told(7, "held")]
    assert (trail.root / "timestamps/7.tsr").read_bytes() == kept
    assert len(authority.requests) == 1
    grown(trail)
    assert anchored(trail, anchor) == [Told(8, "anchored")]
    assert compared(trail, anchor) == [Told(7, "consistent"), Told(8, "consistent")]


def test_two_authorities_keep_their_timestamps_apart(
    trail: Trail, anchor: TimestampAnchor, authority: Authority, stranger: Authority
) -> None:
    with stranger.serving():
        second = TimestampAnchor(stranger.url, str(stranger.root), "second")
        assert anchored(trail, anchor, second) == [Told(7, "anchored")] * 2
    assert (trail.root / "timestamps/second/7.tsr").exists()
    assert compared(trail, anchor, second) == [Told(7, "consistent")] * 2
    assert examine(trail.root, trail.pinned) == []


def test_a_timestamp_of_another_checkpoint_disagrees(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    anchored(trail, anchor)
    requests = len(authority.requests)
    written_anew_beside_its_timestamps(trail, 7)
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert len(authority.requests) == requests


def written_anew_beside_its_timestamps(trail: Trail, size: int) -> None:
    kept = (trail.root / "timestamps/7.tsr").read_bytes()
    written_anew(trail, size)
    (trail.root / "timestamps").mkdir()
    (trail.root / "timestamps/7.tsr").write_bytes(kept)


def test_a_timestamp_of_a_checkpoint_that_is_gone_disagrees(
    trail: Trail, anchor: TimestampAnchor
) -> None:
    anchored(trail, anchor)
    written_anew_beside_its_timestamps(trail, 9)
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert "no checkpoint of this size any more" in details(trail, anchor)


def test_a_timestamped_checkpoint_from_which_the_log_did_not_grow_disagrees(
    trail: Trail, anchor: TimestampAnchor
) -> None:
    anchored(trail, anchor)
    checkpoint = (trail.root / "checkpoints/7").read_bytes()
    written_anew_beside_its_timestamps(trail, 9)
    (trail.root / "checkpoints/7").write_bytes(checkpoint)
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert "did not grow from this; stamped at" in details(trail, anchor)


def test_a_log_set_back_with_its_timestamps_looks_right(
    trail: Trail, anchor: TimestampAnchor
) -> None:
    """What a timestamp does not show: it lies with the log, and goes with it."""
    anchored(trail, anchor)
    set_back(trail, 3)
    assert compared(trail, anchor) == [Told(None, "empty")]
    assert anchored(trail, anchor) == [Told(3, "anchored")]


def test_every_altered_byte_of_what_was_signed_is_seen_and_no_other_changes_what_is_said(
    trail: Trail, anchor: TimestampAnchor
) -> None:
    """Certificates that nobody needs, such as that of the root, may be altered in the answer."""
    anchored(trail, anchor)
    file = trail.root / "timestamps/7.tsr"
    kept, said = file.read_bytes(), details(trail, anchor)
    file.chmod(0o644)
    digest = kept.index(sha256(checkpoint_of(trail)).digest())
    unseen = []
    for place in (*range(digest + 80), *range(digest + 80, len(kept), 5)):
        wrong = bytearray(kept)
        wrong[place] ^= 1 << place % 8
        file.write_bytes(wrong)
        if compared(trail, anchor) == [Told(7, "consistent")]:
            assert details(trail, anchor) == said
            unseen.append(place)
    # Before what is signed stands which digests there are, and that the time was granted.
    assert not [place for place in unseen if digest - 60 <= place < digest + 80]


def test_a_timestamp_that_is_broken_is_told_in_one_short_line_by_its_file(
    trail: Trail, anchor: TimestampAnchor, stranger: Authority
) -> None:
    anchored(trail, anchor)
    file = trail.root / "timestamps/7.tsr"
    kept, checkpoint = file.read_bytes(), checkpoint_of(trail)
    file.chmod(0o644)
    flipped = [
        kept[:place] + bytes([kept[place] ^ 1 << place % 8]) + kept[place + 1 :]
        for place in range(0, len(kept), 3)
    ]
    told = set()
    for wrong in (b"", b"stamped", kept[:-5], stranger.stamp_of(checkpoint), *flipped):
        file.write_bytes(wrong)
        for row in (*compare_everywhere(trail, [anchor]), *anchor_everywhere(trail, [anchor], NOW)):
            if row.status == "disagrees":
                assert row.detail.startswith("timestamps/7.tsr: ")
                told.add(row.detail)
    for said in told:
        assert len(said) <= 200
        assert said.isprintable()
        assert "ErrorStack" not in said
    assert "timestamps/7.tsr: is no answer of a timestamp authority" in told
    holds_not = "timestamps/7.tsr: the timestamp does not hold: "
    assert f"{holds_not}self-signed certificate in certificate chain" in told
    assert f"{holds_not}signature failure" in told


def test_a_signature_counts_only_below_a_trusted_root(
    authority: Authority, stranger: Authority
) -> None:
    answer = authority.stamp_of(MESSAGE)
    assert stamped_at(answer, MESSAGE, roots_in(authority.root))
    for message, roots in ((MESSAGE, stranger.root), (b"something else", authority.root)):
        with pytest.raises(ProofError, match="does not hold"):
            stamped_at(answer, message, roots_in(roots))


def test_an_answer_to_another_request_is_refused(authority: Authority) -> None:
    asked = ask(MESSAGE)
    answer = authority.stamped(asked.data)[2]
    roots = roots_in(authority.root)
    assert stamped_at(answer, MESSAGE, roots, asked.nonce) - datetime.now(UTC) < timedelta(0)
    for nonce in (asked.nonce + 1, ask(MESSAGE).nonce):
        with pytest.raises(ProofError, match="Nonce"):
            stamped_at(answer, MESSAGE, roots, nonce)
    with pytest.raises(ProofError):
        stamped_at(authority.stamp_of(MESSAGE, "-no_nonce"), MESSAGE, roots, asked.nonce)


def test_a_timestamp_of_another_digest_is_refused(authority: Authority) -> None:
    answer = authority.stamp_of(MESSAGE, "-sha512")
    with pytest.raises(ProofError, match="another digest"):
        stamped_at(answer, MESSAGE, roots_in(authority.root))


def test_certificates_may_stand_in_any_order(authority: Authority) -> None:
    """OpenSSL does not sort them, as DER would have it, and no signature covers their order."""
    answer = authority.stamp_of(MESSAGE)
    certificates = [
        load_pem_x509_certificate((authority.folder / name).read_bytes()).public_bytes(Encoding.DER)
        for name in ("tsa.pem", "root.pem")
    ]
    forward, backward = b"".join(certificates), b"".join(reversed(certificates))
    assert (forward in answer) != (backward in answer)
    swapped = answer.replace(forward, backward) if forward in answer else (
        answer.replace(backward, forward)
    )  # fmt: skip
    said = {stamped_at(each, MESSAGE, roots_in(authority.root)) for each in (answer, swapped)}
    assert len(said) == 1
    assert len({certificates_in_order(answer), certificates_in_order(swapped)}) == 1


def test_what_is_no_der_is_left_as_it_is(authority: Authority) -> None:
    answer = authority.stamp_of(MESSAGE)
    for cut in range(60):
        for wrong in (answer[:cut], answer[cut + 1 :], answer[:cut] + b"\xff" * 9 + answer[cut:]):
            assert certificates_in_order(wrong) == wrong


@pytest.mark.parametrize(
    "reply",
    [
        (200, REPLY, b""),
        (200, REPLY, b"<html>"),
        (200, REPLY, b"0\x03\x02\x01\x00"),
        (200, REPLY, b"0\x05\x30\x03\x02\x01\x00"),
        (200, REPLY, b"0\x05\x30\x03\x02\x01\x02"),
        (200, REPLY, b"\x00" * (post_module.MAX_BYTES + 1)),
        (200, "text/html", b"welcome"),
        (302, REPLY, b""),
        (500, REPLY, b""),
    ],
    ids=["empty", "html", "short", "granted-nothing", "rejected", "long", "kind", "moved", "500"],
)
def test_an_answer_that_is_none_is_refused_and_not_kept(
    trail: Trail, anchor: TimestampAnchor, authority: Authority, reply: tuple[int, str, bytes]
) -> None:
    authority.reply = lambda _: reply
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert not (trail.root / "timestamps").exists()
    if reply[0] != 200:
        assert f"{authority.url}: answers {reply[0]}" in details_of_anchoring(trail, anchor)


def test_an_answer_for_another_message_or_request_is_refused_and_not_kept(
    trail: Trail, anchor: TimestampAnchor, authority: Authority, stranger: Authority
) -> None:
    other = authority.stamp_of(MESSAGE)
    same_without_the_number = authority.stamp_of(checkpoint_of(trail), "-no_nonce")
    for answer in (other, same_without_the_number):
        authority.reply = lambda _, answer=answer: (200, REPLY, answer)
        assert anchored(trail, anchor) == [Told(None, "unreachable")]
        assert "not as it should" in details_of_anchoring(trail, anchor)
    authority.reply = stranger.stamped
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert not (trail.root / "timestamps").exists()


def test_a_user_and_a_password_are_sent_and_never_told(
    trail: Trail, anchor: TimestampAnchor, authority: Authority
) -> None:
    url = authority.url.replace("http://", "http://robot:hunter%2F2@")
    secret = TimestampAnchor(f"{url}?key=hunter3", anchor.roots)
    (row,) = anchor_everywhere(trail, [secret], NOW)
    assert row.status == "anchored"
    assert row.anchor == f"timestamp {authority.url}"
    sent = authority.requests[0][0]["Authorization"]
    assert b64decode(sent.removeprefix("Basic ")) == b"robot:hunter/2"
    (trail.root / "timestamps/7.tsr").unlink()
    authority.reply = lambda _: (500, REPLY, b"")
    for broken in (secret.url, "http://robot:hunter/2@127.0.0.1:x/", "http://robot:hunter2@[::1/"):
        (row,) = anchor_everywhere(trail, [TimestampAnchor(broken, anchor.roots)], NOW)
        assert row.status == "unreachable"
        assert "hunter" not in str(row)


def test_roots_that_cannot_be_read_are_told(trail: Trail, anchor: TimestampAnchor) -> None:
    (trail.workspace / "empty.pem").write_text("nothing")
    for roots, said in (("missing.pem", "cannot be read"), ("empty.pem", "no certificates")):
        wrong = TimestampAnchor(anchor.url, roots)
        assert anchored(trail, wrong) == [Told(None, "unreachable")]
        assert said in details(trail, wrong)


def test_an_answer_that_comes_too_slowly_is_left(
    anchor: TimestampAnchor, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((0.0, 31.0))
    monkeypatch.setattr(post_module.time, "monotonic", lambda: next(times))
    with pytest.raises(AnchorError, match="for longer than"):
        post_module.post(anchor.url, ask(MESSAGE).data, "application/timestamp-query", REPLY)


def test_without_the_extra_the_error_says_how_to_install_it(
    trail: Trail, anchor: TimestampAnchor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert "pip install 'lineage-pipeline[timestamps]'" in details_of_anchoring(trail, anchor)
