"""Random queries over three small tables, most of them valid in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

TABLES: Final = {"a": ("k", "x", "y"), "b": ("k", "y", "z"), "d": ("w", "z")}

Columns = list[tuple[str, str]]
"""The columns that a query may name: the source's alias and the column."""


class Maker:
    """Makes one query; every source has an alias of its own."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._aliases = 0

    def query(self, depth: int = 2) -> tuple[str, list[str]]:
        """Return a query and the names of its columns."""
        if depth and self._chance(0.2):
            return self._united(depth)
        if depth and self._chance(0.25):
            name = self._alias()
            body, columns = self.query(depth - 1)
            ends, names = self._select(depth - 1, {name: columns})
            return f"with {name} as ({body}) {ends}", names
        return self._select(depth, {})

    def statement(self) -> str:
        """Return a statement that writes the table `c(p, q)`."""
        random = self._random
        table = random.choice([*TABLES])
        one, two, three, four = (random.choice(TABLES[table]) for _ in range(4))
        into = random.choice("pq")
        match random.randrange(5):
            case 0:
                return f"insert into c {self._select(1, {}, width=2)[0]}"
            case 1:
                query, _ = self._select(1, {}, width=2)
                return (
                    f"create or replace temp table made as {query}; "
                    f"insert into c (q, p) select o0, o1 from made where o1 > 1"
                )
            case 2:
                value = random.choice(
                    (f"{table}.{one}", f"{table}.{one} + c.p",
                     f"case when {table}.{one} > 2 then {table}.{two} else c.q end")
                )  # fmt: skip
                where = f"c.{random.choice('pq')} = {table}.{three}"
                return f"update c set {into} = {value} from {table} where {where}"
            case 3:
                return f"delete from c using {table} where c.{into} = {table}.{one}"
            case _:
                return (
                    f"merge into c using (select distinct on ({one}) * from {table} order by all) "
                    f"as s on c.p = s.{one} when matched and s.{four} > 1 "
                    f"then update set q = s.{two} "
                    f"when not matched then insert (p, q) values (s.{three}, s.{four} + 1)"
                )

    def _united(self, depth: int) -> tuple[str, list[str]]:
        one, names = self._select(depth - 1, {}, width=2)
        other, _ = self._select(depth - 1, {}, width=2)
        word = self._random.choice(("union all", "union", "except", "intersect"))
        return f"{one} {word} {other}", names

    def _select(
        self, depth: int, ctes: dict[str, list[str]], width: int = 0
    ) -> tuple[str, list[str]]:
        random = self._random
        source, columns = self._source(depth, ctes)
        clause = f"from {source}"
        for _ in range(random.choice((0, 0, 1, 1, 2))):
            other, more = self._source(depth, ctes)
            shared = {name for _, name in columns} & {name for _, name in more}
            shared = {n for n in shared if sum(name == n for _, name in columns) == 1}
            kind = random.choice(("join", "left join", "right join", "full join", "semi join"))
            if shared and self._chance(0.5):
                key = random.choice(sorted(shared))
                clause += f" {kind} {other} using ({key})"
                if kind == "semi join":
                    continue
                columns = [("", key), *(one for one in (*columns, *more) if one[1] != key)]
            elif kind == "semi join":
                clause += f" cross join {other}"
                columns += more
            else:
                one, two = random.choice(columns), random.choice(more)
                one = one if one[0] else random.choice(more)
                clause += f" {kind} {other} on {'.'.join(one)} = {'.'.join(two)}"
                columns += more
        if self._chance(0.4):
            clause += f" where {self._condition(columns, depth)}"
        if not width and self._chance(0.15):
            names = [name for _, name in columns]
            if len(set(names)) == len(names):
                return f"select {'distinct ' if self._chance(0.3) else ''}* {clause}", names
        count = width or random.randrange(1, 4)
        names = [f"o{place}" for place in range(count)]
        if self._chance(0.35):
            key = self._column(columns)
            items = [f"{key} as o0", *(f"{self._total(columns)} as {name}" for name in names[1:])]
            clause += f" group by {random.choice((key, '1'))}"
            if self._chance(0.3):
                clause += f" having {self._total(columns)} > 1"
            return f"select {', '.join(items)} {clause}", names
        items = [f"{self._value(columns, depth)} as {name}" for name in names]
        return f"select {', '.join(items)} {clause}", names

    def _source(self, depth: int, ctes: dict[str, list[str]]) -> tuple[str, Columns]:
        alias = self._alias()
        if depth and self._chance(0.25):
            body, names = self.query(depth - 1)
            return f"({body}) as {alias}", [(alias, name) for name in names]
        choices = {**TABLES, **ctes, **ctes}
        table = self._random.choice([*TABLES, *ctes, *ctes])
        return f"{table} as {alias}", [(alias, name) for name in choices[table]]

    def _column(self, columns: Columns) -> str:
        alias, name = self._random.choice(columns)
        is_alone = sum(other == name for _, other in columns) == 1
        return name if not alias or (is_alone and self._chance(0.5)) else f"{alias}.{name}"

    def _value(self, columns: Columns, depth: int) -> str:
        one, two, three = (self._column(columns) for _ in range(3))
        choices = [
            one, one, f"{one} + {two}", f"coalesce({one}, {two})", f"cast({one} as varchar)",
            f"case when {one} > 2 then {two} else {three} end", f"if({one} = 1, {two}, 0)",
            f"sum({one}) over (partition by {two})", f"lag({one}) over (order by {two}, {three})",
            f"{one} between {two} and {three}", f"({one})", f"greatest({one}, {two})",
        ]  # fmt: skip
        if depth:
            choices += [self._lookup(columns), self._lookup(columns)]
        return self._random.choice(choices)

    def _lookup(self, columns: Columns) -> str:
        """Return a subquery in a value: one row, a test, or a list."""
        alias, outer = self._alias(), self._column(columns)
        table = self._random.choice([*TABLES])
        key, value = (self._random.choice(TABLES[table]) for _ in range(2))
        if "." not in outer:
            return f"{outer} in (select {alias}.{value} from {table} as {alias})"
        one = f"from {table} as {alias} where {alias}.{key} = {outer}"
        return self._random.choice(
            (f"(select max({alias}.{value}) {one})", f"exists (select 1 {one})")
        )

    def _condition(self, columns: Columns, depth: int) -> str:
        one, two = self._column(columns), self._column(columns)
        choices = [f"{one} > 2", f"{one} = {two}", f"{one} is not null and {two} < 4"]
        return self._random.choice([*choices, *([self._lookup(columns)] if depth else [])])

    def _total(self, columns: Columns) -> str:
        one, two = self._column(columns), self._column(columns)
        return self._random.choice(
            (f"sum({one})", "count(*)", f"max({one} + {two})", f"sum({one}) filter ({two} > 2)",
             f"count(distinct {one})", f"arg_max({one}, {two})")
        )  # fmt: skip

    def _alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
