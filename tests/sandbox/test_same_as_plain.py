"""A query that is allowed is answered as a connection of one's own would answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineage_pipeline.sandbox.messages import Answer

if TYPE_CHECKING:
    from tests.sandbox.conftest import Published

COLUMNS = ("node_id", "depth", "is_cut", "seen_at::varchar", "depth / 7", "lineage.double(depth)")
AGGREGATES = (
    "count(*)",
    "sum(depth)::bigint",
    "min(node_id)",
    "bool_or(is_cut)",
    "avg(depth)",
    "list(depth order by depth)",
    "string_agg(node_id, ',' order by node_id)",
    "max(node_id) filter (depth > 5)",
)
SOURCES = (
    "lineage.node",
    "lineage.node as node",
    "lineage.below($most) join lineage.node using (node_id)",
    "(select * from lineage.node where is_cut) as node",
    "lineage.node left join lineage.owner using (node_id)",
)
CONDITIONS = (
    "true",
    "depth < $most",
    "node_id like '%' || $text || '%'",
    "is_cut and depth % 2 = 0",
    "exists (from lineage.owner where owner.node_id = node_id)",
    "node_id in (select node_id from lineage.below($most))",
    "false",
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Return a query over the small warehouse that an order makes definite."""
    source, condition = draw(st.sampled_from(SOURCES)), draw(st.sampled_from(CONDITIONS))
    if draw(st.booleans()):
        chosen = draw(st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=3, unique=True))
        query = (
            f"select is_cut, {', '.join(chosen)} from {source} where {condition} group by is_cut"
        )
    else:
        chosen = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
        query = f"select {', '.join(chosen)} from {source} where {condition}"
    if draw(st.booleans()):
        query = f"with found as ({query}) select * from found"
    if draw(st.booleans()):
        query = f"({query}) union all ({query})"
    query += draw(st.sampled_from(["", " order by all", " order by all desc limit 5", ";", "\n--"]))
    return query


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a process each: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=queries(), most=st.integers(-1, 101), text=st.text("n01'%", max_size=3))
def test_the_answer_is_that_of_a_plain_connection(
    published: Published, query: str, most: int, text: str
) -> None:
    given = {"most": most, "text": text}
    reply = published.ask(query, **given)
    assert isinstance(reply, Answer), (query, reply)
    with duckdb.connect(str(published.warehouse), read_only=True) as connection:
        named = connection.extract_statements(query)[0].named_parameters
        result = connection.execute(query, {name: given[name] for name in named})
        columns = tuple(column[0] for column in result.description)
        expected = result.fetchall()
    assert reply.facts.columns == columns
    if not reply.facts.is_ordered:
        expected.sort(key=repr)
    found = list(reply.facts.rows)
    assert (found if reply.facts.is_ordered else sorted(found, key=repr)) == expected
