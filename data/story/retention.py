"""Acts about data that must stay or must go: holds, withdrawals, erasures, disposals."""

from datetime import timedelta

from data.story.acts import Data, act
from data.story.cards import dataset_node
from data.story.history import HELD_SET
from data.story.identity import hex_id
from data.story.landed import Row
from data.story.weeks import moment

_GRETA, _NOOR, _INGRID = "greta@example.org", "noor@example.org", "ingrid@example.org"
HOLD_MATTER = "LIT-2026-014"
WITHDRAWN_AT = moment("2026-09-15T11:20Z")
WITHDRAWN_SUBJECT = f"subj-{hex_id(16, 'subject', 'withdrawn')}"
# Two more subjects withdrew; their rows left the training sets as they should.
HEEDED = {
    f"subj-{hex_id(16, 'subject', 'heeded', number)}": moment(when)
    for number, when in ((1, "2026-09-10T09:05Z"), (2, "2026-09-22T14:45Z"))
}
ERASED_SUBJECT = f"subj-{hex_id(16, 'subject', 'erased')}"


def _holds() -> list[Row]:
    desk = "records-desk"
    released = dataset_node("training.collections_2026w05")
    dropped = dataset_node("silver.bureau_reports_2025")
    return [
        act("retention.hold_placed", desk, moment("2026-04-02T09:00Z"), released,
            {"actor": _GRETA, "matter": "LIT-2026-003", "reason": "ombudsman complaint"}),
        act("retention.hold_released", desk, moment("2026-08-20T09:00Z"), released,
            {"actor": _GRETA, "matter": "LIT-2026-003", "reason": "complaint settled"}),
        act("retention.hold_placed", desk, moment("2026-09-02T09:30Z"), dataset_node(HELD_SET),
            {"actor": _GRETA, "matter": HOLD_MATTER, "reason": "claim about the 2022 scorecard"}),
        act("retention.disposal_confirmed", desk, moment("2026-09-29T08:00Z"), dropped,
            {"actor": "ravi@example.org", "approvers": [_NOOR, _INGRID], "method": "delete",
             "policy": "cleaned-data", "verified_by": "sam@example.org"}),
    ]  # fmt: skip


def _subjects() -> list[Row]:
    desk = "privacy-desk"
    withdrawals = {WITHDRAWN_SUBJECT: WITHDRAWN_AT, **HEEDED}
    rows = [
        act("retention.consent_withdrawn", desk, when, f"subject:{subject}",
            {"actor": "self-service", "subject_ref": subject, "scope": "open-banking",
             "dataset": dataset_node("raw.bank")})
        for subject, when in withdrawals.items()
    ]  # fmt: skip
    asked = moment("2026-09-14T10:00Z")
    erased: Data = {"actor": _NOOR, "subject_ref": ERASED_SUBJECT, "ticket": "DSR-2026-41"}
    rows.append(
        act("retention.erasure_requested", desk, asked, f"subject:{ERASED_SUBJECT}", erased)
    )
    done: Data = {**erased, "actor": "ravi@example.org", "approvers": [_NOOR, _INGRID],
                  "method": "delete", "verified_by": "sam@example.org"}  # fmt: skip
    rows.append(
        act(
            "retention.disposal_confirmed",
            desk,
            asked + timedelta(days=12),
            f"subject:{ERASED_SUBJECT}",
            done,
        )
    )
    return rows


def acts() -> list[Row]:
    """The acts of the records desk and of the privacy desk."""
    return _holds() + _subjects()
