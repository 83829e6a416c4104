"""Gives recorded approvals to somebody else in a workspace's lake, for docs/audit-trail.md."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

for file in sorted(Path(sys.argv[1], "lake/bronze/audit_event").glob("*.parquet")):
    rows = pq.read_table(file)
    people = zip(rows["category"].to_pylist(), rows["actor_id"].to_pylist(), strict=True)
    forged = ["somebody else" if what == "approve" else who for what, who in people]
    place = rows.schema.get_field_index("actor_id")
    if forged != rows["actor_id"].to_pylist():
        pq.write_table(rows.set_column(place, "actor_id", pa.array(forged)), file)
