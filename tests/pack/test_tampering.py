"""Whatever is done to a pack, both verifiers find it, and never one alone."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline.pack.manifest import CHECKPOINT, MANIFEST, NOTE
from lineage_pipeline.trail.checkpoints import checkpoint_text
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.merkle import Tree
from lineage_pipeline.trail.notes import sign_note, verifier_key
from tests.pack.packs import entry, members_of, restated, signer_of, verdicts, zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pack.conftest import Packed
    from tests.pack.packs import Members


def refused(data: bytes, packed: Packed, folder: Path, capsys: Any) -> None:
    file = folder / "tampered.zip"
    file.write_bytes(data)
    found = verdicts(file, packed.key, capsys)
    assert (found.ours, found.alone) == (False, False), found.reasons
    assert "Traceback" not in found.reasons[1]


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1]) if data else b"more"


def acts(members: Members) -> list[str]:
    return sorted(name for name in members if name.startswith("proofs/acts/"))


def test_a_pack_as_it_was_made_is_verified(packed: Packed, capsys: Any) -> None:
    found = verdicts(packed.made.file, packed.key, capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons


def test_a_pack_is_the_zip_that_its_files_give(packed: Packed) -> None:
    assert zipped(packed.members) == packed.made.file.read_bytes()


def test_a_file_that_was_changed_is_found_whichever_it_is(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    for name, data in packed.members.items():
        refused(zipped(packed.members | {name: flipped(data)}), packed, tmp_path, capsys)


def test_a_file_that_is_missing_is_found_whichever_it_is(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    for name in packed.members:
        left = {other: data for other, data in packed.members.items() if other != name}
        refused(zipped(left), packed, tmp_path, capsys)


def test_a_byte_that_was_changed_is_found_wherever_it_stands(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    data = packed.made.file.read_bytes()
    places = {*range(0, 120, 3), *range(len(data) - 90, len(data)), *range(0, len(data), 7919)}
    start = struct.unpack_from("<L", data, len(data) - 6)[0]
    for place in sorted(places | {*range(start, start + 150)}):
        changed = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        refused(changed, packed, tmp_path, capsys)


@pytest.mark.parametrize("key", ["another", "none of ours"])
def test_a_pack_is_refused_by_another_key(packed: Packed, key: str, capsys: Any) -> None:
    name = verifier_key(packed.key).name if key == "another" else "lineage/other"
    found = verdicts(packed.made.file, SecretKey(name, bytes(32)).key.encoded, capsys)
    assert (found.ours, found.alone) == (False, False), found.reasons


def added(members: Members) -> Members:
    return members | {"registry/more.csv": b"a\n"}


def renamed(members: Members) -> Members:
    moved = {name: data for name, data in members.items() if name != "card/card.md"}
    return moved | {"card/moved.md": members["card/card.md"]}


def forged(members: Members) -> Members:
    return members | {"governance/approvals.csv": b"act_id,decision\n1,approved\n"}


FORGERIES: Final = (added, renamed, forged)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_manifest_is_not_made_again_without_the_key(
    forge: Callable[[Members], Members], packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    refused(zipped(forge(packed.members)), packed, tmp_path, capsys)
    refused(zipped(restated(forge(packed.members), None)), packed, tmp_path, capsys)
    thief = SecretKey(verifier_key(packed.key).name, bytes(32))
    refused(zipped(restated(forge(packed.members), thief)), packed, tmp_path, capsys)


def test_a_manifest_made_again_with_the_key_is_what_its_owner_says(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "again.zip"
    file.write_bytes(zipped(restated(added(packed.members), signer_of(packed.workspace))))
    found = verdicts(file, packed.key, capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons


def swapped_proofs(members: Members) -> Members:
    one, other, *_ = acts(members)
    return members | {one: members[other], other: members[one]}


def proof_of_nothing(members: Members) -> Members:
    return members | {acts(members)[0]: b"c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\n\n"}


def altered_act(members: Members) -> Members:
    """Return a proof whose row says something else."""
    import base64

    name = acts(members)[0]
    lines = members[name].decode().split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    leaf = base64.b64decode(extra["row"]["leaf"]).replace(b"risk", b"rask")
    extra["row"]["leaf"] = base64.b64encode(leaf).decode()
    told = json.dumps(extra, separators=(",", ":")).encode()
    lines[1] = f"extra {base64.b64encode(told).decode()}"
    return members | {name: "\n".join(lines).encode()}


def unlisted_proof(members: Members) -> Members:
    return members | {"proofs/acts/more.proof": members[acts(members)[0]]}


def other_checkpoint(members: Members) -> Members:
    thief = SecretKey(members[CHECKPOINT].decode().partition("\n")[0], bytes(32))
    text = checkpoint_text(thief.name, Tree(7, bytes(32)))
    return members | {CHECKPOINT: sign_note(text, [thief])}


def rotation_of_a_stranger(members: Members) -> Members:
    return members | {"trail/rotation-1.proof": members[acts(members)[0]]}


SIGNED: Final = (
    swapped_proofs, proof_of_nothing, altered_act, unlisted_proof, other_checkpoint,
    rotation_of_a_stranger,
)  # fmt: skip


@pytest.mark.parametrize("tamper", SIGNED)
def test_not_even_the_key_makes_a_proof_of_what_is_none(
    tamper: Callable[[Members], Members], packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    members = restated(tamper(packed.members), signer_of(packed.workspace))
    refused(zipped(members), packed, tmp_path, capsys)


def no_publication(manifest: Any) -> Any:
    return {"proofs": [one for one in manifest["proofs"] if one["shows"] != "publication"]}


def other_publication(manifest: Any) -> Any:
    return {"warehouse_sha256": "0" * 64}


def other_root(manifest: Any) -> Any:
    return {"log": manifest["log"] | {"root": "0" * 64}}


def unknown_proof(manifest: Any) -> Any:
    return {"proofs": [one | {"shows": "anything"} for one in manifest["proofs"]]}


def proof_twice(manifest: Any) -> Any:
    return {"proofs": [*manifest["proofs"], manifest["proofs"][-1]]}


def other_record(manifest: Any) -> Any:
    return {"record": "lineage.evidence.pack.v9"}


STATED: Final = (
    no_publication, other_publication, other_root, unknown_proof, proof_twice, other_record,
)  # fmt: skip


@pytest.mark.parametrize("state", STATED)
def test_a_manifest_that_does_not_fit_its_proofs_is_refused(
    state: Callable[[Any], Any], packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    stated = state(json.loads(packed.members[MANIFEST]))
    members = restated(packed.members, signer_of(packed.workspace), **stated)
    refused(zipped(members), packed, tmp_path, capsys)


TRICKS: Final = {
    "twice": entry("verify.py"),
    "outside": entry("../zzz"),
    "absolute": entry("/zzz"),
    "drive": entry("c:zzz"),
    "backslash": entry("zzz\\zzz"),
    "capitals": entry("Verify.py"),
    "unicode": entry("zz\N{LATIN SMALL LETTER O WITH DIAERESIS}"),
    "folder": entry("zzz/"),
    "link": entry("zzz", external_attr=0o120777 << 16),
    "program": entry("zzz", external_attr=0o100755 << 16),
    "deflated": entry("zzz", compress_type=zipfile.ZIP_DEFLATED),
    "comment": entry("zzz", comment=b"more"),
    "extra": entry("zzz", extra=struct.pack("<2H", 0xCAFE, 0)),
    "dated": entry("zzz", date_time=(2026, 1, 1, 0, 0, 0)),
    "of another system": entry("zzz", create_system=0),
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_a_pack_cannot_have_is_refused(
    trick: str, packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    members = restated(packed.members | {"zzz": b"more"}, signer_of(packed.workspace))
    kept = {name: data for name, data in members.items() if name != "zzz"}
    refused(zipped(kept, ((TRICKS[trick], b"more"),)), packed, tmp_path, capsys)


def test_bytes_around_or_between_the_files_are_refused(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    data = packed.made.file.read_bytes()
    *_, length, start, _ = struct.unpack("<4s4H2LH", data[-22:])
    end = struct.unpack("<4s4H2LH", data[-22:])
    shifted = struct.pack("<4s4H2LH", *end[:6], start + 4, 0)
    for around in (
        b"#!/bin/sh\n" + data,
        data + b"more",
        data[:-2] + b"\4\0more",
        data[:start] + b"gap!" + data[start:-22] + shifted,
        data[:-22] + b"gap!" + data[-22:],
        data[:-1],
        data[:100],
        b"",
        b"PK\5\6" + bytes(18),
        data[: start + length],
    ):
        refused(around, packed, tmp_path, capsys)


def test_a_bomb_is_not_inflated(packed: Packed, tmp_path: Path, capsys: Any) -> None:
    bomb = entry("zzz", compress_type=zipfile.ZIP_DEFLATED)
    refused(zipped(packed.members, ((bomb, bytes(64 << 20)),)), packed, tmp_path, capsys)


def test_an_encrypted_file_is_refused(packed: Packed, tmp_path: Path, capsys: Any) -> None:
    data = bytearray(packed.made.file.read_bytes())
    start = struct.unpack_from("<L", data, len(data) - 6)[0]
    data[6] |= 1
    data[start + 8] |= 1
    refused(bytes(data), packed, tmp_path, capsys)


def test_files_that_share_their_bytes_are_refused(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    data = packed.made.file.read_bytes()
    start = struct.unpack_from("<L", data, len(data) - 6)[0]
    directory = data[start:-22]
    named = struct.unpack_from("<H", directory, 28)[0]
    first = directory[: 46 + named]
    second = first[:46] + b"b" + first[47:]
    count = struct.unpack_from("<H", data, len(data) - 12)[0]
    grown = first + second + directory[46 + named :]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count + 1, count + 1, len(grown), start, 0)
    refused(data[:start] + grown + end, packed, tmp_path, capsys)


def test_a_file_that_is_told_by_two_names_is_refused(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    data = packed.made.file.read_bytes()
    place = data.index(b"verify.py")
    assert place < struct.unpack_from("<L", data, len(data) - 6)[0]
    refused(data[:place] + b"verifx.py" + data[place + 9 :], packed, tmp_path, capsys)


def test_what_signs_a_pack_signs_no_checkpoint(packed: Packed) -> None:
    assert packed.members[NOTE].decode().split("\n")[0] == "lineage.evidence.pack.v1"
    assert not verifier_key(packed.key).name.startswith("lineage.")


def test_tampered_packs_are_read_back_as_they_were_written(packed: Packed, tmp_path: Path) -> None:
    file = tmp_path / "same.zip"
    file.write_bytes(zipped(packed.members))
    assert members_of(file) == packed.members
