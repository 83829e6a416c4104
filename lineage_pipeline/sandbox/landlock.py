"""Landlock: from here on the kernel lets this thread, and those it starts, open a few files alone.

Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h. The
numbers of its three system calls are those of all architectures but Alpha.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

CREATE_RULESET: Final = 444
ADD_RULE: Final = 445
RESTRICT_SELF: Final = 446
ASK_VERSION: Final = 1
PATH_BENEATH: Final = 1

READ_FILE: Final = 1 << 2
READ_FOLDER: Final = 1 << 3
FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""By version, how many rights on files it knows: all are withheld that no rule grants."""
NETWORK_SINCE: Final = 4
BIND_AND_CONNECT: Final = 0b11
SCOPES_SINCE: Final = 6
ABSTRACT_SOCKETS_AND_SIGNALS: Final = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("file", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that the running kernel has switched on; 0 if none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, _call(CREATE_RULESET, None, 0, ASK_VERSION))


def restrict(folders: tuple[str, ...]) -> int:
    """Let this thread read what lies in these folders, and open nothing else.

    It can write, make, remove and execute no file, and as far as the kernel's version goes neither
    bind nor connect TCP sockets, nor reach processes outside. What is open stays so.
    Needs `no_new_privs`. Returns the version; 0 if the kernel has none, and nothing is confined.

    Raises:
        OSError: the kernel has it and does not grant it, or a folder is not there.
    """
    known = version()
    if not known:
        return 0
    rights = max((1 << count) - 1 for since, count in FILE_RIGHTS if since <= known)
    ruleset = _Ruleset(rights, BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS)
    fields = 1 + (known >= NETWORK_SINCE) + (known >= SCOPES_SINCE)
    handle = _checked(_call(CREATE_RULESET, ctypes.byref(ruleset), 8 * fields, 0))
    for folder in folders:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        rule = _Rule(READ_FILE | READ_FOLDER, opened)
        _checked(_call(ADD_RULE, handle, PATH_BENEATH, ctypes.byref(rule), 0))
        os.close(opened)
    _checked(_call(RESTRICT_SELF, handle, 0))
    os.close(handle)
    return known


def _call(number: int, *arguments: object) -> int:
    # Each as wide as a register: the kernel reads all of it.
    wide = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result: int = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *wide)
    return result


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
