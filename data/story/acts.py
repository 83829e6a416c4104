"""An act of a person, in the form of a CloudEvent."""

from datetime import datetime

from data.story.identity import name_id
from data.story.landed import Row
from data.story.weeks import iso

Data = dict[str, object]


def act(kind: str, system: str, when: datetime, subject: str, data: Data) -> Row:
    """A CloudEvent of an act with the moment it was made."""
    return when, {
        "specversion": "1.0",
        "id": name_id("act", kind, iso(when), subject),
        "source": f"/governance/{system}",
        "type": f"lineage.{kind}.v1",
        "subject": subject,
        "time": iso(when),
        "datacontenttype": "application/json",
        "data": data,
    }
