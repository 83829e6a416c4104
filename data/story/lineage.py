"""The OpenLineage files: emissions sorted into files and written by the official client."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from openlineage.client.client import OpenLineageClient, OpenLineageConfig
from openlineage.client.transport.file import FileConfig, FileTransport

from data.story import history, learning, nights
from data.story.emission import Emission
from data.story.landed import LandedFile
from data.story.weeks import NIGHTS, delivery_of

_WEEKLY = {"ml", "flink"}


class StoryClient(OpenLineageClient):
    """The official client, deaf to configuration files of the machine it runs on."""

    @property
    def config(self) -> OpenLineageConfig:
        """The defaults of the client and nothing else."""
        return OpenLineageConfig()


@contextmanager
def _quiet_environment() -> Iterator[None]:
    # The client reads OPENLINEAGE_* variables, which may even switch it off.
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if "OPENLINEAGE" in name}
    try:
        yield
    finally:
        os.environ.update(hidden)


def file_day(emission: Emission) -> date:
    """The day in the name of the file that an emission lands in; streams by week end on Sunday."""
    day = emission.at.date()
    if emission.stream == "history":
        return NIGHTS[0]
    if emission.stream in _WEEKLY:
        return delivery_of(day) - timedelta(days=1)
    return day


def path_of(emission: Emission) -> str:
    """The path below `landing/` of the file that an emission lands in."""
    return f"openlineage/{emission.stream}/{file_day(emission).isoformat()}.ndjson"


def emissions() -> list[Emission]:
    """Every event of the story, before anything goes wrong on the way."""
    told = history.before() + history.catalogue() + history.changes_of_tables()
    return told + nights.nightly() + learning.weekly()


def _order(emission: Emission) -> tuple[str, str]:
    # Several tasks start at the same second; the run id makes the order of a file total.
    run = getattr(emission.event, "run", None)
    return emission.at.isoformat(timespec="microseconds"), run.runId if run else ""


def files(told: Iterable[Emission], scratch: Path) -> list[LandedFile]:
    """The files of the emissions, each written by the client to `scratch` and read back."""
    landed = []
    ordered = sorted(told, key=lambda emission: (path_of(emission), *_order(emission)))
    with _quiet_environment():
        for path, group in groupby(ordered, key=path_of):
            members = list(group)
            target = scratch / path.replace("/", "-")
            transport = FileTransport(FileConfig(log_file_path=str(target), append=True))
            client = StoryClient(transport=transport)
            for emission in members:
                client.emit(emission.event)
            landed.append(LandedFile(delivery_of(file_day(members[0])), path, target.read_bytes()))
    return landed
