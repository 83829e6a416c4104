"""Deliveries that were received, remembered while a replay of them would still be in time.

One empty file for each, named by a digest, in folders by the time that is signed with it: a replay
cannot stand in another folder, and a folder goes as a whole once what is in it is too old.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lineage_pipeline.registry.webhooks import TOLERANCE_S
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.registry.webhooks import Delivery

FOLDER_S: Final = 300
"""How many seconds of deliveries stand in one folder."""
MAX_IN_FOLDER: Final = 20_000


class Remembered:
    """The deliveries of one sender."""

    def __init__(self, folder: Path) -> None:
        """Remember below a folder, which need not exist."""
        self._disk = Disk(folder)

    def knows(self, delivery: Delivery) -> bool:
        """Return whether a delivery was received."""
        return name_of(delivery) in self._disk.names(_folder(delivery))

    def has_room(self, delivery: Delivery) -> bool:
        """Return whether one more can be remembered; none is forgotten for it."""
        return len(self._disk.names(_folder(delivery))) < MAX_IN_FOLDER

    def add(self, delivery: Delivery, now: datetime) -> None:
        """Remember a delivery durably, and forget those that are too old to be taken again.

        Raises:
            StorageError: it cannot be written.
        """
        path = f"{_folder(delivery)}/{name_of(delivery)}"
        aside = self._disk.write_aside(secrets.token_hex(16), b"")
        with suppress(FileExistsError):
            self._disk.put_new(aside, path)
        self._disk.remove(aside)
        self._disk.sync_folders([path])
        for name in self._disk.names("."):
            if name.isdigit() and (int(name) + 1) * FOLDER_S + TOLERANCE_S < now.timestamp():
                self._disk.remove_folder(name)


def name_of(delivery: Delivery) -> str:
    """Return the name of a delivery's file: hexadecimal, whatever its sender calls it."""
    return sha256(delivery.delivery_id.encode()).hexdigest()[:32]


def _folder(delivery: Delivery) -> str:
    return str(delivery.sent_at // FOLDER_S)
