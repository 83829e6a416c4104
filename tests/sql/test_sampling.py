"""Samples can be drawn again by hand: with hashlib alone, by every method."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.engines import connect
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.workspaces import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

METHODS: Final = ("random", "stratified", "interval")
NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Member(NamedTuple):
    """A member of a population: its identifier, what it is one of, and when it was."""

    member_id: str
    stratum: str | None
    at: datetime | None


def drawn_by_hand(members: Sequence[Member], seed: str, size: int, method: str) -> list[str]:
    """Return the members that a sample holds, in the order in which they are drawn."""
    if method == "random":
        found = by_lot(members, seed)
    elif method == "stratified":
        found = by_share(members, seed)
    else:
        found = at_intervals(members, seed, size)
    return [member.member_id for member in found[:size]]


def by_lot(members: Sequence[Member], seed: str) -> list[Member]:
    return sorted(members, key=lambda member: (lot_of(member, seed), member.member_id))


def lot_of(member: Member, seed: str) -> str:
    return sha256(f"{seed}:{member.member_id}".encode()).hexdigest()


def by_share(members: Sequence[Member], seed: str) -> list[Member]:
    """Return one of each stratum, then whoever comes next of the stratum that lags behind most."""
    strata: dict[str | None, list[Member]] = {}
    for member in by_lot(members, seed):
        strata.setdefault(member.stratum, []).append(member)
    found = by_lot([of_one[0] for of_one in strata.values()], seed)
    taken = dict.fromkeys(strata, 1)
    while len(found) < len(members):
        waiting = [name for name, of_one in strata.items() if taken[name] < len(of_one)]
        behind = min(waiting, key=lambda name: turn_of(strata[name], taken[name], seed))
        found.append(strata[behind][taken[behind]])
        taken[behind] += 1
    return found


def turn_of(of_one: list[Member], taken: int, seed: str) -> tuple[Fraction, str, str]:
    member = of_one[taken]
    share = Fraction(2 * taken + 1, 2 * len(of_one))
    return share, lot_of(member, seed), member.member_id


def at_intervals(members: Sequence[Member], seed: str, size: int) -> list[Member]:
    ordered = sorted(members, key=lambda member: (member.at or NEVER, member.member_id))
    if len(ordered) <= size:
        return ordered
    began = Fraction(int(sha256(seed.encode()).hexdigest()[:8], 16), 2**32)
    return [ordered[int((began + nth) * len(ordered) / size)] for nth in range(size)]


def fingerprint_of(members: Sequence[Member]) -> str:
    """Return what a sample says of the whole population that it was drawn from."""
    found = 0
    for member in members:
        found ^= int.from_bytes(md5_of(member.member_id), "little")
    return f"{found:X}"


def md5_of(text: str) -> bytes:
    return md5(text.encode(), usedforsecurity=False).digest()


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as made:
        made.execute("create schema compliance")
        fill(made, [])
        [macro] = [file for file in stage_files("auditors") if file.object == "compliance.sample"]
        macro.run(made)
        yield made


def fill(connection: duckdb.DuckDBPyConnection, members: Sequence[Member]) -> None:
    connection.execute(
        "create or replace table compliance.population "
        "(population varchar, member_id varchar, stratum varchar, occurred_at timestamptz)"
    )
    for member in members:
        connection.execute("insert into compliance.population values ('runs', ?, ?, ?)", member)
    connection.execute("insert into compliance.population values ('acts', 'other', 'a', null)")


def drawn(
    connection: duckdb.DuckDBPyConnection, seed: str, size: int, method: str
) -> list[tuple[int, str, int, str]]:
    return connection.execute(
        "select drawn, member_id, member_count, population_md5 "
        "from compliance.sample('runs', $seed, size := $size, method := $method)",
        {"seed": seed, "size": size, "method": method},
    ).fetchall()


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
times = st.none() | st.integers(0, 3).map(lambda hours: CLOCK + timedelta(hours=hours))
populations = st.lists(
    st.builds(Member, words, st.none() | st.sampled_from(("a", "b", "c")), times),
    max_size=14,
    unique_by=lambda member: member.member_id,
)


@given(members=populations, seed=words, size=st.integers(0, 16), method=st.sampled_from(METHODS))
def test_a_sample_is_what_is_drawn_by_hand(
    connection: duckdb.DuckDBPyConnection,
    members: list[Member],
    seed: str,
    size: int,
    method: str,
) -> None:
    fill(connection, members)
    by_hand = drawn_by_hand(members, seed, size, method)
    assert drawn(connection, seed, size, method) == [
        (place, member_id, len(members), fingerprint_of(members))
        for place, member_id in enumerate(by_hand, start=1)
    ]


@given(members=populations, method=st.sampled_from(METHODS), order=st.randoms())
def test_a_sample_does_not_depend_on_the_order_of_its_population(
    connection: duckdb.DuckDBPyConnection,
    members: list[Member],
    method: str,
    order: Random,
) -> None:
    fill(connection, members)
    before = drawn(connection, "seed", 4, method)
    fill(connection, order.sample(members, len(members)))
    assert drawn(connection, "seed", 4, method) == before


@given(members=populations.filter(bool), method=st.sampled_from(METHODS))
def test_a_population_that_lacks_a_member_is_told_apart(
    connection: duckdb.DuckDBPyConnection, members: list[Member], method: str
) -> None:
    fill(connection, [*members, Member("one more", "a", None)])
    whole = drawn(connection, "seed", 1, method)
    fill(connection, members)
    assert drawn(connection, "seed", 1, method)[0][2:] != whole[0][2:]


@pytest.mark.parametrize("size", [1, 7, 100, 999, 1000, 1001])
@pytest.mark.parametrize("method", METHODS)
def test_a_sample_of_many_holds_as_many_as_were_asked_for_and_none_twice(
    connection: duckdb.DuckDBPyConnection, size: int, method: str
) -> None:
    connection.execute(
        "create or replace table compliance.population as "
        "select 'runs' as population, 'm' || nth as member_id, 's' || (nth % 10 = 0) as stratum, "
        "null::timestamptz as occurred_at from range(1000) as numbered (nth)"
    )
    members = {member_id for _, member_id, _, _ in drawn(connection, "seed", size, method)}
    assert len(members) == min(size, 1000)


def test_each_stratum_has_its_share(connection: duckdb.DuckDBPyConnection) -> None:
    members = [Member(f"m{nth}", "few" if nth % 10 == 0 else "many", None) for nth in range(100)]
    fill(connection, members)
    strata = {member.member_id: member.stratum for member in members}
    found = [
        strata[member_id] for _, member_id, _, _ in drawn(connection, "seed", 20, "stratified")
    ]
    assert (found.count("few"), found.count("many")) == (2, 18)


def test_a_method_that_there_is_not_is_an_error(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, [Member("a", None, None)])
    with pytest.raises(duckdb.InvalidInputException, match="stratified and interval"):
        drawn(connection, "seed", 1, "haphazard")
