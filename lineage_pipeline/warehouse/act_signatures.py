"""Signatures under acts judged: each once, when the act is read, the verdict kept in a table.

What is judged here is whether the key that a signature names has signed the act as it is kept.
Whose key it is, the policy says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa

from lineage_pipeline.formats.redaction.vocabulary import MASK
from lineage_pipeline.formats.ssh.signatures import Judgement, judge
from lineage_pipeline.schemas import arrow_table

if TYPE_CHECKING:
    import duckdb

VERDICT: Final = pa.schema([
    ("document_id", pa.binary()), ("status", pa.string()), ("public_key", pa.string()),
    ("reason", pa.string()), ("ingested_at", pa.timestamp("us", tz="UTC")),
])  # fmt: skip
CASES: Final = 1_000
"""How many are held at once."""
MEMBER: Final = "signature"
"""The member of an act that holds what a person signed it with."""


def judge_new(connection: duckdb.DuckDBPyConnection) -> int:
    """Judge every row of `step.signed_act`; return how many there were.

    The verdicts go into `silver.act_signature`. Where nothing is signed, the library of ciphers is
    not imported.
    """
    count = 0
    acts = connection.cursor().execute(
        "select document_id, body, ingested_at from step.signed_act order by document_id"
    )
    while some := acts.fetchmany(CASES):
        found = [judge_act(body) for _, body, _ in some]
        columns = {
            "document_id": [document_id for document_id, _, _ in some],
            **{name: [getattr(each, name) for each in found] for name in Judgement._fields},
            "ingested_at": [ingested_at for _, _, ingested_at in some],
        }
        connection.from_arrow(arrow_table(VERDICT, columns)).insert_into("silver.act_signature")
        count += len(some)
    return count


def judge_act(body: str) -> Judgement:
    """Return what is found of the signature under an act, as it is kept.

    What was masked cannot be put back, so that nobody can tell what was signed.
    """
    try:
        event = msgspec.json.decode(body)
        signature = event.pop(MEMBER)
        signed = signed_bytes(event)
    except (msgspec.DecodeError, OverflowError, RecursionError):
        return Judgement("unverifiable", None, "what was signed cannot be written as it was")
    if not isinstance(signature, str):
        return Judgement("invalid", None, "it is no text")
    found = judge(signature, signed)
    if MASK.encode() in signed and found.status != "unverifiable":
        reason = f"the act holds {MASK}, so that what was signed may have been masked"
        return Judgement("unverifiable", found.public_key, reason)
    return found


def signed_bytes(event: dict[str, Any]) -> bytes:
    """Return what is signed of an act that was read, which has no signature any more."""
    return msgspec.json.encode(event, order="sorted")
