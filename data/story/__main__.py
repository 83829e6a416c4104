"""Writes the landing files of the story: `python -m data.story OUT`."""

import sys
from pathlib import Path

from data.story.write import story, write

_USAGE = 2


def main(arguments: list[str]) -> int:
    """The exit code: 0 when the story is written, 2 when OUT is missing."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m data.story OUT   (for example data/landing)\n")
        return _USAGE
    files = story()
    total = write(files, Path(arguments[0]))
    sys.stderr.write(f"{len(files)} files, {total:,} bytes in {arguments[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
