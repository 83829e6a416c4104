"""What is proven is verified by a program that knows nothing of ours, and nothing else is."""

from __future__ import annotations

import ast
import base64
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from lineage_pipeline.trail.batch import Profile, prove_row, seal
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.proofs import entry_proof, growth_proof, verifier_text
from lineage_pipeline.trail.reader import open_log
from lineage_pipeline.trail.rotation import rotate
from lineage_pipeline.trail.verifier import verify
from tests.trail import plain
from tests.trail.logs import KEY, OTHER
from tests.trail.test_batch import rows_of, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VKEY = KEY.key.encoded
PROFILES: list[Profile] = ["row", "block64"]


class Done(NamedTuple):
    code: int
    out: bytes
    err: str


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Return what runs the verifier on files of these contents."""

    def run(what: str, key: str, *contents: bytes) -> Done:
        files = [tmp_path / str(number) for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        code = verify.main([what, key, *map(str, files)])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Done(code, out, err.decode())

    return run


def manifest(count: int, profile: Profile) -> bytes:
    sealed = seal(table_of(rows_of(count), profile), profile)
    return canonical({
        "type": "batch", "leaf_profile": profile, "n_rows": count, "row_root": sealed.root
    })  # fmt: skip


def sealed_log(root: Path, count: int, profile: Profile) -> Path:
    Log(root, KEY).append([b"before", manifest(count, profile), b"after"])
    return root


def test_it_stands_alone() -> None:
    text = verifier_text()
    modules = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(re.findall(r"^\s*[^\s#]", text, re.MULTILINE)) < 300


def test_it_runs_as_a_file_of_its_own(tmp_path: Path) -> None:
    program = tmp_path / "verify.py"
    program.write_text(verifier_text(), encoding="utf-8")
    Log(tmp_path / "log", KEY).append([b"one", b"two"])
    proof = tmp_path / "proof"
    proof.write_bytes(entry_proof(open_log(tmp_path / "log", [KEY.key]), 1))

    def said(*arguments: str) -> tuple[int, str, str]:
        command = [sys.executable, "-I", str(program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done.returncode, done.stdout, done.stderr

    assert said("entry", VKEY, str(proof)) == (0, "two\n", "VERIFIED: entry 1 of 2\n")
    assert said("entry", OTHER.key.encoded, str(proof))[0] == 1
    assert said("entry", VKEY, str(tmp_path / "none"))[0] == 1
    assert said("checkpoint", VKEY, str(tmp_path / "log" / "checkpoint"))[0] == 0
    for usage in ((), ("entry",), ("entry", VKEY), ("other", VKEY, str(proof)), ("-h", "")):
        code, out, err = said(*usage)
        assert (code, out) == (2, "")
        assert "What no proof shows" in err


def test_a_checkpoint_is_one_of_the_pinned_key(tmp_path: Path, run: Callable[..., Done]) -> None:
    data = Log(tmp_path / "log", KEY).append([b"one"]).checkpoint.data
    assert run("checkpoint", VKEY, data).code == 0
    assert "VERIFIED: 1 entries, root" in run("checkpoint", VKEY, data).err
    for place in range(len(data)):
        wrong = bytearray(data)
        wrong[place] ^= 1 << place % 8
        assert run("checkpoint", VKEY, bytes(wrong)).code == 1, place
    assert "not signed by" in run("checkpoint", OTHER.key.encoded, data).err
    for damaged in (VKEY[:-4], VKEY.replace("log", "fog"), "", "+", "a+b+c", VKEY + "A"):
        assert run("checkpoint", damaged, data).code == 1
    two = rotate(tmp_path / "log", KEY, OTHER).checkpoint.data
    assert run("checkpoint", VKEY, two).code == run("checkpoint", OTHER.key.encoded, two).code == 0


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 300])
def test_an_entry_is_in_the_log_at_its_place(
    tmp_path: Path, run: Callable[..., Done], size: int
) -> None:
    Log(tmp_path / "log", KEY).append([b"entry %d" % number for number in range(size)])
    log = open_log(tmp_path / "log", [KEY.key])
    for index in {0, 1, 255, 256, size - 1} & set(range(size)):
        proof = entry_proof(log, index)
        assert run("entry", VKEY, proof) == (
            0, b"entry %d\n" % index, f"VERIFIED: entry {index} of {size}\n"
        )  # fmt: skip
        moved = proof.replace(b"index %d" % index, b"index %d" % (index + 1))
        assert run("entry", VKEY, moved).code == 1
        assert run("entry", VKEY, proof.replace(b"index ", b"index 0")).code == 1


def test_every_altered_byte_of_a_proof_is_noticed(tmp_path: Path, run: Callable[..., Done]) -> None:
    log = open_log(sealed_log(tmp_path / "log", 3, "row"), [KEY.key])
    row = prove_row(table_of(rows_of(3), "row"), 1, seal(table_of(rows_of(3), "row"), "row"))
    for what, proof in (("entry", entry_proof(log, 1)), ("row", entry_proof(log, 1, row))):
        assert run(what, VKEY, proof).code == 0
        for place in range(len(proof)):
            wrong = bytearray(proof)
            wrong[place] ^= 1 << place % 7
            assert run(what, VKEY, bytes(wrong)).code == 1, place


def broken(proof: bytes) -> Iterator[bytes]:
    """Yield a proof with each byte replaced, left out and doubled, if that makes another."""
    for place in range(len(proof)):
        before, byte, after = proof[:place], proof[place : place + 1], proof[place + 1 :]
        flipped = bytes([byte[0] ^ 1 << place % 8])
        for instead in (flipped, bytes([byte[0] ^ 32]), b"A", b"0", b"\n", b"\r", b"\x0b", b" "):
            if instead != byte:
                yield before + instead + after
        yield before + after
        yield before + byte + byte + after
    yield proof + b"\n"
    yield proof.replace(b"\n", b"\r\n")


def test_no_byte_of_a_proof_may_be_replaced_left_out_or_doubled(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    root = sealed_log(tmp_path / "log", 3, "row")
    kept = open_log(root, [KEY.key]).checkpoint.data
    row = prove_row(table_of(rows_of(3), "row"), 1, seal(table_of(rows_of(3), "row"), "row"))
    Log(root, KEY).append([b"more"])
    log = open_log(root, [KEY.key])
    proof, growth = entry_proof(log, 1, row), growth_proof(log, 3)
    rotate(root, KEY, OTHER)
    rotation = entry_proof(open_log(root, [KEY.key]), 4)
    assert run("entry", VKEY, proof).code == 1  # the row beside it would stay unchecked
    for what, right in (
        ("row", proof), ("entry", entry_proof(log, 1)), ("rotation", rotation)
    ):  # fmt: skip
        assert run(what, VKEY, right).code == 0
        for wrong in broken(right):
            assert verify_quietly(what, run, wrong) == 1, wrong
    checkpoints = (kept, log.checkpoint.data)
    assert run("consistency", VKEY, *checkpoints, growth).code == 0
    for wrong in (*broken(growth), growth[:-1]):
        assert run("consistency", VKEY, *checkpoints, wrong).code == 1, wrong


def verify_quietly(what: str, run: Callable[..., Done], wrong: bytes) -> int:
    done = run(what, VKEY, wrong)
    assert done.out == b""
    assert done.err.startswith("FAILED: ")
    return done.code


def test_a_rotation_leads_from_one_key_to_the_next(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    root = tmp_path / "log"
    third = SecretKey(KEY.name, bytes([9]) * 32)
    old = Log(root, KEY).append([b"one", b"two"]).checkpoint.data
    rotate(root, KEY, OTHER)
    first = entry_proof(open_log(root, [KEY.key]), 2)
    rotate(root, OTHER, third)
    second = entry_proof(open_log(root, [third.key]), 3)
    done = run("rotation", VKEY, first)
    assert (done.code, done.out) == (0, f"{OTHER.key.encoded}\n".encode())
    assert done.err.startswith("VERIFIED: entry 2 of 3 ")
    assert run("rotation", f" {VKEY}\n", first) == done
    assert run("rotation", OTHER.key.encoded, second).out == f"{third.key.encoded}\n".encode()
    for key, proof in ((OTHER, first), (third, first), (KEY, second), (third, second)):
        assert run("rotation", key.key.encoded, proof).code == 1
    Log(root, third).append([b"three"])
    log = open_log(root, [third.key])
    proof, growth = entry_proof(log, 1), growth_proof(log, 2)
    assert run("entry", VKEY, proof).code == 1
    assert run("entry", third.key.encoded, proof).out == b"two\n"
    files = (old, log.checkpoint.data, growth)
    assert run("consistency", VKEY, *files).code == 1
    for key, code in ((third, 0), (KEY, 1), (OTHER, 1)):
        given = [tmp_path / str(number) for number in range(3)]
        assert verify.main(["consistency", VKEY, *map(str, given), key.key.encoded]) == code


def test_what_is_no_rotation_appoints_nobody(tmp_path: Path, run: Callable[..., Done]) -> None:
    def stated(**fields: object) -> bytes:
        entry = {"new": OTHER.key.encoded, "old": VKEY, "type": "key_rotation", **fields}
        return json.dumps(entry).encode()

    def signed(name: str, entry: bytes, *more: bytes, by: tuple[SecretKey, ...]) -> bytes:
        root = tmp_path / name
        Log(root, KEY).append([b"one"])
        Log(root, KEY).compose(lambda _: [entry, *more], by[0] if len(by) > 1 else None)
        return entry_proof(open_log(root, [KEY.key]), 1)

    both, third = (OTHER, KEY), SecretKey(KEY.name, bytes([9]) * 32)
    assert run("rotation", VKEY, signed("right", stated(), by=both)).code == 0
    wrong = {
        "one signature": signed("a", stated(), by=(KEY,)),
        "another's signature": signed("b", stated(), by=(third, KEY)),
        "not the last entry": signed("c", stated(), b"more", by=both),
        "another type": signed("d", stated(type="batch"), by=both),
        "more than is documented": signed("e", stated(more=1), by=both),
        "another old key": signed("f", stated(old=third.key.encoded), by=both),
        "the same key": signed("g", stated(new=VKEY), by=both),
        "no key": signed("h", stated(new=7), by=both),
        "no object": signed("i", b"[]", by=both),
        "a key twice": signed("j", stated()[:-1] + b', "old": "x"}', by=both),
        "something beside": with_extra(
            signed("k", stated(), by=both), lambda kept: kept.update(row={})
        ),
    }
    for what, proof in wrong.items():
        done = run("rotation", VKEY, proof)
        assert (done.code, done.out) == (1, b""), what


@pytest.mark.parametrize("profile", PROFILES)
def test_a_row_is_in_a_batch_that_is_in_the_log(
    tmp_path: Path, run: Callable[..., Done], profile: Profile
) -> None:
    count = 700
    log = open_log(sealed_log(tmp_path / "log", count, profile), [KEY.key])
    table = table_of(rows_of(count), profile)
    kept = seal(table, profile)
    for row in (0, 63, 64, 300, 699):
        around = table.slice(row // 256 * 256, 256)
        proof = entry_proof(log, 1, prove_row(around, row, kept))
        done = run("row", VKEY, proof)
        assert done.code == 0, done.err
        text = plain.row_bytes({
            key: value for key, value in table.slice(row, 1).to_pylist()[0].items()
            if key != "row_salt"
        })  # fmt: skip
        first = row // 64 * 64
        if profile == "row":
            assert done.out == text + b"\n"
            assert done.err == f"VERIFIED: row {row} of the batch in entry 1 of 3\n"
        else:
            assert done.out.split(b"\n")[row % 64] == text
            last = min(first + 63, 699)
            assert f"rows {first} to {last} of the batch in entry 1 of 3" in done.err


def with_extra(proof: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    title, extra, rest = proof.split(b"\n", 2)
    kept = json.loads(base64.b64decode(extra[6:]))
    change(kept)
    return b"\n".join([title, b"extra " + base64.b64encode(json.dumps(kept).encode()), rest])


def test_what_is_said_beside_the_proof_is_not_believed(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    rows = rows_of(10)
    log = open_log(sealed_log(tmp_path / "log", 10, "row"), [KEY.key])
    kept = seal(table_of(rows, "row"), "row")
    proof = entry_proof(log, 1, prove_row(table_of(rows, "row"), 4, kept))
    forged = rows[4]["row_salt"] + b'{"actor":"somebody else"}'
    other = manifest(9, "row")

    def said(data: bytes) -> str:
        return base64.b64encode(data).decode()

    changes: dict[str, Callable[[dict[str, Any]], object]] = {
        "leaf": lambda kept: kept["row"].update(leaf=said(forged)),
        "place": lambda kept: kept["row"].update(leaf_index=5),
        "before": lambda kept: kept["row"].update(leaf_index=-1),
        "beyond": lambda kept: kept["row"].update(leaf_index=10),
        "no place": lambda kept: kept["row"].pop("leaf_index"),
        "path": lambda kept: kept["row"]["path"].pop(),
        "longer": lambda kept: kept["row"]["path"].append(said(bytes(32))),
        "short hash": lambda kept: kept["row"]["path"].__setitem__(0, said(bytes(31))),
        "no hash": lambda kept: kept["row"]["path"].__setitem__(0, ""),
        "entry": lambda kept: kept.update(entry=said(other)),
        "another entry": lambda kept: kept.update(entry=said(b"before")),
        "no row": lambda kept: kept.pop("row"),
        "no entry": lambda kept: kept.pop("entry"),
        "a fraction": lambda kept: kept["row"].update(leaf_index=4.0),
        "a truth": lambda kept: kept["row"].update(leaf_index=True),
        "a text": lambda kept: kept["row"].update(leaf_index="4"),
        "more": lambda kept: kept.update(note="approved"),
        "more of the row": lambda kept: kept["row"].update(note="approved"),
        "a path of letters": lambda kept: kept["row"].update(path="".join(kept["row"]["path"])),
    }
    assert run("row", VKEY, with_extra(proof, lambda _: None)).code == 0
    for other_form in (b"[" * 100_000, b'{"row": 1, "row": 1}', b"\xff", b"", b"null", b"7"):
        title, _, rest = proof.split(b"\n", 2)
        extra = b"extra " + base64.b64encode(other_form)
        for what in ("row", "entry", "rotation"):
            done = run(what, VKEY, b"\n".join([title, extra, rest]))
            assert done.code == 1
            assert done.err.startswith("FAILED: ")
    for what, change in changes.items():
        done = run("row", VKEY, with_extra(proof, change))
        assert (done.code, done.out) == (1, b""), what
        assert done.err.startswith("FAILED: "), what
    for entry in (b"before", b"after", b"[]", b"{}"):
        Log(tmp_path / "log", KEY).append([entry])
        newer = open_log(tmp_path / "log", [KEY.key])
        wrong = entry_proof(newer, newer.tree.size - 1, prove_row(table_of(rows, "row"), 4, kept))
        assert run("row", VKEY, wrong).code == 1


def test_two_checkpoints_are_of_one_log(tmp_path: Path, run: Callable[..., Done]) -> None:
    root = tmp_path / "log"
    checkpoints = {0: Log(root, KEY).append([]).checkpoint.data}
    for size in range(1, 18):
        checkpoints[size] = Log(root, KEY).append([b"entry %d" % size]).checkpoint.data
    words = "entries of the old checkpoint are the first of"
    for size in range(18):
        log = open_log(root, [KEY.key], size)
        for old_size in range(size + 1):
            proof = growth_proof(log, old_size)
            assert run("consistency", VKEY, checkpoints[old_size], checkpoints[size], proof) == (
                0, b"", f"VERIFIED: the {old_size} {words} {size}\n"
            )  # fmt: skip
            if proof:
                lines = proof.splitlines(keepends=True)
                for wrong in (b"", b"".join(lines[1:]), b"".join(lines[:-1]), proof + lines[0],
                              lines[0] + proof, proof[:-2]):  # fmt: skip
                    if wrong != proof:
                        assert run(
                            "consistency", VKEY, checkpoints[old_size], checkpoints[size], wrong
                        ).code == 1, (old_size, size)  # fmt: skip
            if old_size < size:
                assert run(
                    "consistency", VKEY, checkpoints[size], checkpoints[old_size], proof
                ).code == 1  # fmt: skip


def test_a_log_that_was_written_anew_under_the_same_key_is_no_growth_of_the_old(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    kept = Log(tmp_path / "log", KEY).append([b"approved by nobody", b"two"]).checkpoint.data
    Log(tmp_path / "forged", KEY).append([b"approved by somebody", b"two", b"three"])
    forged = open_log(tmp_path / "forged", [KEY.key])
    done = run("consistency", VKEY, kept, forged.checkpoint.data, growth_proof(forged, 2))
    assert done.code == 1
    assert "of logs that differ" in done.err
    same_size = open_log(tmp_path / "forged", [KEY.key])
    assert run("consistency", VKEY, same_size.checkpoint.data, kept, b"").code == 1
