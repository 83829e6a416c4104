"""What the operating system withholds, tried by processes that are confined and no DuckDB."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.sandbox import landlock
from lineage_pipeline.sandbox.process import import_path
from lineage_pipeline.sandbox.question import PACKAGES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Published

HAS_LANDLOCK = landlock.version() > 0
needs_landlock = pytest.mark.skipif(not HAS_LANDLOCK, reason="this kernel has no Landlock")

CONFINED = """
import errno, os, resource, signal, socket, subprocess, sys, threading
root, lake = sys.argv[1:3]
sys.path[:0] = sys.argv[3:]
from lineage_pipeline.sandbox.confinement import limit, shut
from lineage_pipeline.sandbox.messages import Limits, MIB
missing = limit(Limits(seconds=5, memory_bytes=64 * MIB))
{before}
confinement = shut((lake,), missing)
def fails(attempt, *arguments):
    try:
        found = attempt(*arguments)
    except (OSError, MemoryError) as error:
        return getattr(error, "errno", errno.ENOMEM)
    raise SystemExit(f"{{arguments}}: {{found}}")
{attempt}
"""


def attempted(published: Published, attempt: str, before: str = "") -> None:
    """Confine a process and let it try; what it tries must say that it failed, by its end."""
    state = published.state()
    script = CONFINED.format(attempt=attempt, before=before)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, published.root, published.lake, *import_path(PACKAGES)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert published.state() == state


@needs_landlock
def test_what_lies_in_the_folder_can_be_read(published: Published) -> None:
    attempted(
        published,
        "assert open(lake + '/note.parquet', 'rb').read(4) == b'PAR1'\n"
        "assert os.listdir(lake) == ['note.parquet']",
    )


@needs_landlock
def test_nothing_else_can_be_opened(published: Published) -> None:
    attempted(
        published,
        "for path in (root + '/secret.csv', root + '/warehouse.duckdb', lake + '/../secret.csv',\n"
        "        '/etc/passwd', '/proc/self/environ', '/proc/self/mem', '/dev/null'):\n"
        "    assert fails(open, path, 'rb') == errno.EACCES, path\n"
        "for path in (root, '/', '/proc', '/proc/self/fd'):\n"
        "    assert fails(os.listdir, path) == errno.EACCES, path",
    )


@needs_landlock
def test_nothing_can_be_written_made_moved_or_removed(published: Published) -> None:
    attempted(
        published,
        "note = lake + '/note.parquet'\n"
        "for path in (note, lake + '/new', root + '/new', '/tmp/new', '/dev/shm/new'):\n"
        "    for mode in ('wb', 'ab', 'r+b', 'xb'):\n"
        "        assert fails(open, path, mode) in (errno.EACCES, errno.EEXIST, errno.ENOENT)\n"
        "for attempt, *arguments in (\n"
        "    (os.remove, note), (os.rename, note, lake + '/x'), (os.link, note, lake + '/x'),\n"
        "    (os.symlink, note, lake + '/x'), (os.mkdir, lake + '/x'), (os.rmdir, lake),\n"
        "    (os.mkfifo, lake + '/x'), (os.truncate, note, 0),\n"
        "    (os.rename, note, root + '/x'), (os.rename, root + '/secret.csv', lake + '/x'),\n"
        "):\n"
        "    assert fails(attempt, *arguments) in (errno.EACCES, errno.EXDEV), arguments",
    )


@needs_landlock
def test_no_program_can_be_started(published: Published) -> None:
    attempted(published, "assert fails(os.execv, '/bin/sh', ['sh', '-c', 'exit 0'])")


@needs_landlock
def test_threads_that_come_later_are_confined_too(published: Published) -> None:
    attempted(
        published,
        "seen = []\n"
        "look = lambda: seen.append(fails(open, '/etc/passwd', 'rb'))\n"
        "thread = threading.Thread(target=look); thread.start(); thread.join()\n"
        "assert seen == [errno.EACCES]",
        before="import lineage_pipeline.sandbox.confinement as c\n"
        "limit_ = c._limit; c._limit = lambda w, n: w == resource.RLIMIT_NPROC or limit_(w, n)",
    )


@needs_landlock
def test_where_threads_are_there_before_nothing_is_claimed(published: Published) -> None:
    attempted(
        published,
        "event.set()\nassert confinement.landlock_abi == 0, confinement",
        before="event = threading.Event(); threading.Thread(target=event.wait).start()",
    )


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock knows no network")
def test_no_socket_connects_or_listens(published: Published) -> None:
    attempted(
        published,
        "assert fails(socket.socket().connect, address) == errno.EACCES\n"
        "assert fails(socket.socket().bind, ('127.0.0.1', 0)) == errno.EACCES",
        before="server = socket.create_server(('127.0.0.1', 0)); address = server.getsockname()",
    )


@pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows no scopes")
def test_no_process_outside_is_reached(published: Published) -> None:
    attempted(
        published,
        "assert fails(os.kill, os.getppid(), 0) == errno.EPERM\n"
        "client = socket.socket(socket.AF_UNIX)\n"
        "assert fails(client.connect, name) == errno.EPERM",
        before="import secrets; name = '\\0' + secrets.token_hex()\n"
        "if os.fork() == 0:\n"
        "    server = socket.socket(socket.AF_UNIX); server.bind(name); server.listen()\n"
        "    import time; time.sleep(2); os._exit(0)\n"
        "import time; time.sleep(0.3)",
    )


def test_limits_hold_without_landlock(published: Published, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"")
    attempted(
        published,
        f"target = {str(target)!r}\n"
        "assert confinement.landlock_abi == 0\n"
        "assert str(confinement) == 'none'\n"
        "with open(target, 'wb', buffering=0) as file:\n"
        "    assert fails(file.write, b'x') == errno.EFBIG\n"
        "assert fails(lambda: bytearray(1 << 30)) == errno.ENOMEM\n"
        "opened = []\n"
        "assert fails(lambda: [opened.append(os.dup(0)) for _ in range(9999)]) == errno.EMFILE\n"
        "os.closerange(3, 9999)\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
        "assert resource.getrlimit(resource.RLIMIT_NPROC) == (0, 0)\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU) == (6, 6)\n"
        "with open('/proc/self/status') as status:\n"
        "    assert 'NoNewPrivs:\\t1' in status.read()",
        before="import lineage_pipeline.sandbox.confinement as c; c.restrict = lambda folders: 0",
    )
    assert target.read_bytes() == b""


def test_a_kernel_without_landlock_is_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "_call", lambda *_: -1)
    assert landlock.version() == 0
    assert landlock.restrict(()) == 0
    monkeypatch.setattr(landlock.sys, "platform", "darwin")
    assert landlock.version() == 0


@pytest.mark.skipif(HAS_LANDLOCK, reason="this kernel has Landlock")
def test_without_landlock_the_answer_says_so(published: Published) -> None:
    assert str(published.ask("select 1").confinement) == "none"
