"""Column lineage inferred from SQL: from a text and the known schemas to rows, no more.

`infer` states what the text says and nothing else. What it cannot read or resolve is a remark with
a reason; an ambiguous name states nothing. It gives the same answer on every machine: its limits
count characters, tokens and steps, never seconds.
"""

RULES = 2
"""The number of the rules below: other rules make a warehouse that is built again."""
