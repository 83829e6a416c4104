"""What takes too much ends by itself, alone, and says what it took too much of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.sandbox import process, question
from lineage_pipeline.sandbox.messages import MIB, Limits, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.sandbox.messages import Answer
    from tests.sandbox.conftest import Published

SHORT = Limits(seconds=3, memory_bytes=128 * MIB, answer_bytes=MIB)

ENDLESS = [
    "select count(*) from range(1000000000000)",
    "select count(*) from range(10000) a, range(10000) b, range(10000) c, range(10000) d",
    "with recursive n as (select 1 as i union all select i % 7 from n) select count(*) from n",
    "with recursive n as (select 1 as i union all select i + 1 from n where i < 1e15) from n",
]
LARGE = [
    "select length(repeat('x', 4000000000))",
    "select repeat(repeat('x', 1000000), 1000000)",
    "select len(range(4000000000))",
    "select list(i order by i) from range(1000000000) t(i)",
    "select string_agg(repeat('x', 100000), '' order by i) from range(1000000) t(i)",
    "select lpad('x', 2000000000, 'y')",
    "select count(distinct i) from range(1000000000) t(i)",
    "select i from range(1000000000) t(i) order by hash(i)",
    "select rpad('x', 1500000000, 'y')::json",
]
"""Each needs memory, or time, or makes a row that no answer may hold."""


def told(reply: Answer | Refused) -> Refused:
    assert isinstance(reply, Refused), reply
    return reply


@pytest.mark.parametrize("query", ENDLESS)
def test_what_does_not_end_is_ended(published: Published, query: str) -> None:
    started = time.monotonic()
    reply = published.ask(query, SHORT)
    # A recursion that keeps what it finds may run out of memory first; rows that come one by one
    # are cut off.
    if isinstance(reply, Refused):
        assert reply.category in {"too_long", "too_large"}
    else:
        assert reply.facts.is_truncated
    assert time.monotonic() - started < SHORT.seconds + 2
    assert reply.seconds < SHORT.seconds + 2


@pytest.mark.parametrize("query", LARGE)
def test_what_is_large_is_held_to_its_memory(published: Published, query: str) -> None:
    reply = published.ask(query, SHORT)
    if isinstance(reply, Refused):
        assert reply.category in {"too_large", "too_long", "does_not_run"}, reply
    else:
        assert reply.facts.is_truncated


def test_a_large_query_is_not_even_handed_over(published: Published) -> None:
    reply = told(published.ask("select 1" + " " * 70_000))
    assert (reply.category, reply.confinement) == ("too_large", None)


def test_large_parameters_are_not_even_handed_over(published: Published) -> None:
    reply = told(published.ask("select $a", a="x" * 70_000))
    assert (reply.category, reply.confinement) == ("too_large", None)


@pytest.mark.parametrize(
    "query",
    [
        "select " + "(" * 5_000 + "1" + ")" * 5_000,
        "select " + "-" + " -" * 5_000 + "1",
        "select " + "[" * 5_000 + "]" * 5_000,
        "select 1" + "+1" * 20_000,
        "select " + "not " * 10_000 + "true",
        " union all ".join(["select 1"] * 3_000),
        "select * from " + "(from " * 3_000 + "lineage.node" + ")" * 3_000,
        "select case when true then " * 2_000 + "1" + " end" * 2_000,
    ],
)
def test_deep_nesting_is_refused(published: Published, query: str) -> None:
    reply = published.ask(query, SHORT)
    assert told(reply).category in {"refused", "does_not_run", "too_long", "too_large"}


def test_a_pattern_that_grows_ends(published: Published) -> None:
    query = "select regexp_matches(repeat('a', 100000), '(a*)*b'), repeat('a', 30) similar to $p"
    reply = published.ask(query, SHORT, p="((a{1,100}){1,100}){1,100}b")
    assert not isinstance(reply, Refused) or reply.category in {"does_not_run", "too_long"}


def test_a_process_that_is_killed_is_told(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    for script, category in [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_long"),
        ("import sys; sys.exit(7)", "crashed"),
        ("print('no reply')", "crashed"),
        ("import os\nwhile True: os.write(1, bytes(65536))", "too_large"),
        ("import time; time.sleep(60)", "too_long"),
        ("import os, time; os.close(1); time.sleep(60)", "crashed"),
    ]:
        monkeypatch.setattr(question, "START", script)
        reply = told(published.ask("select 1", SHORT))
        assert (script, reply.category) == (script, category)


def test_a_process_that_cannot_be_started_is_told(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process.sys, "executable", str(published.root / "no-python"))
    reply = told(published.ask("select 1"))
    assert reply.category == "crashed"
    assert "could not be started: No such file" in reply.reason


def test_what_it_has_started_ends_with_it(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import os, time\n"
        "if os.fork() == 0:\n    os.write(1, str(os.getpid()).encode()); time.sleep(60)\n"
        "time.sleep(60)"
    )
    seen: list[bytes] = []
    monkeypatch.setattr(question, "START", script)
    monkeypatch.setattr(process.os, "read", _listening(seen))
    assert told(published.ask("select 1", Limits(seconds=2))).category == "too_long"
    child = int(b"".join(seen))
    assert _found(lambda: not _runs(child))


FORGED = """
import sys, datetime, msgspec
from lineage_pipeline.sandbox.messages import Answer, Confinement, Facts, Request
asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
facts = Facts(query_sha256={digest}, columns=("a",), types=("INTEGER",), rows=(({value},),),
    is_ordered=True, is_truncated=False)
reply = msgspec.msgpack.encode(Answer(facts=facts, confinement=Confinement()))
sys.stdout.buffer.write(reply{end})
"""


@pytest.mark.parametrize(
    ("digest", "value", "end", "is_believed"),
    [
        ("asked.query_sha256", "1", "", True),
        ("'0' * 64", "1", "", False),
        ("asked.query_sha256", "b'bytes'", "", False),
        ("asked.query_sha256", "[datetime.datetime.now(datetime.UTC)]", "", False),
        ("asked.query_sha256", "{'a': msgspec.msgpack.Ext(7, b'')}", "", False),
        ("asked.query_sha256", "1", "[:-1]", False),
        ("asked.query_sha256", "1", " + b'1'", False),
    ],
)
def test_a_reply_in_another_form_is_not_believed(
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    digest: str,
    value: str,
    end: str,
    *,
    is_believed: bool,
) -> None:
    script = "import sys; sys.path[:0] = sys.argv[1:]\n" + FORGED
    monkeypatch.setattr(question, "START", script.format(digest=digest, value=value, end=end))
    reply = published.ask("select 1")
    assert isinstance(reply, Refused) != is_believed
    if isinstance(reply, Refused):
        assert reply.category == "crashed"


ENDLESS_ASKER = """
import sys
from pathlib import Path
from lineage_pipeline.sandbox.messages import Limits
from lineage_pipeline.sandbox.question import ask
query = "select count(*) from range(1000000000000)"
ask(Path(sys.argv[1]), None, query, {}, Limits(seconds=60))
"""


def test_a_process_ends_with_the_one_that_asked(published: Published) -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", ENDLESS_ASKER, published.warehouse]
    ) as asker:
        children = Path(f"/proc/{asker.pid}/task/{asker.pid}/children")
        asked = _found(lambda: children.read_text().split())
        # Busy: what ties it to its parent it did at its start.
        assert _found(lambda: _seconds(int(asked[0])) > 0.5)
        asker.kill()
    assert _found(lambda: not _runs(int(asked[0])))


def _found(look: Callable[[], Any]) -> Any:
    """Return what is there at last, within some seconds."""
    until = time.monotonic() + 10
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def _seconds(process: int) -> float:
    """Return how much processor time a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _listening(seen: list[bytes]) -> object:
    read = os.read

    def listen(file: int, size: int) -> bytes:
        seen.append(read(file, size))
        return seen[-1]

    return listen


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_of_this_process_is_handed_down(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import os, sys\n"
        "files = [int(f) for f in os.listdir('/proc/self/fd')]\n"
        "names = sorted(os.environ.keys() - {'LC_CTYPE'})\n"  # Python's own, where there is none
        "own_group = os.getpgid(0) == os.getpid() == os.getsid(0)\n"
        "found = [names, os.listdir('.'), max(files) > 3, own_group]\n"
        "sys.exit(0 if found == [[], [], False, True] else 9)"
    )
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    monkeypatch.setattr(question, "START", script)
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)  # noqa: FBT003 - it takes no names
    try:
        assert "ended with 0" in told(published.ask("select 1")).reason
    finally:
        os.close(reader)
        os.close(writer)


def test_many_may_ask_at_once(published: Published) -> None:
    replies: list[Answer | Refused] = []
    askers = [
        threading.Thread(target=lambda: replies.append(published.ask("from lineage.note")))
        for _ in range(4)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert [type(reply).__name__ for reply in replies] == ["Answer"] * 4
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
