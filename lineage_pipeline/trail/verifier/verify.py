"""Verifies proofs of an audit trail without the program that wrote it.

Needs Python 3.9 and the package `cryptography`, nothing else. KEY is the verifier key that you got
from the operator of the log on another way than the proofs.

    verify.py checkpoint KEY CHECKPOINT        KEY has signed it; says for how many entries
    verify.py entry KEY PROOF                  an entry is in the log; prints it
    verify.py row KEY PROOF                    a row is in a batch that is in the log; prints it
    verify.py consistency KEY OLD NEW PROOF    the log of NEW begins with the log of OLD

Exit code 0: verified. 1: not verified. What no proof shows: that an entry is true, and that nobody
was shown another log; keep the checkpoints that you have seen, and ask for their consistency.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Failed(Exception):
    """What was to be shown is not shown."""


def need(is_so: object, otherwise: str) -> None:
    if not is_so:
        raise Failed(otherwise)


def decoded(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 that is not in its one form")
    return data


def decoded_hash(text: str) -> bytes:
    data = decoded(text)
    need(len(data) == 32, "a hash that has not 32 bytes")
    return data


def number(text: str) -> int:
    need(text.isdecimal() and str(int(text)) == text, "a number that is not in its one form")
    return int(text)


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def left_of(size: int) -> int:
    """Return how many leaves are left of where a tree of `size` > 1 leaves splits (RFC 6962)."""
    return 1 << ((size - 1).bit_length() - 1)


def root_above(leaf: bytes, index: int, size: int, path: List[bytes]) -> bytes:
    """Return the root of a tree with the hash `leaf` at `index`, by its inclusion proof."""
    need(0 <= index < size, "the tree has no such leaf")
    if size == 1:
        need(not path, "the proof is too long")
        return leaf
    need(path, "the proof is too short")
    left = left_of(size)
    if index < left:
        return node_hash(root_above(leaf, index, left, path[:-1]), path[-1])
    return node_hash(path[-1], root_above(leaf, index - left, size - left, path[:-1]))


def roots_of_growth(
    old_size: int, size: int, path: List[bytes], old_root: Optional[bytes]
) -> Tuple[bytes, bytes]:
    """Return the old root and the new one that a consistency proof leads to."""
    if old_size == size:
        need(len(path) == (old_root is None), "the proof has not the length that it should have")
        return old_root or path[0], old_root or path[0]
    need(path, "the proof is too short")
    left = left_of(size)
    if old_size <= left:
        old, new = roots_of_growth(old_size, left, path[:-1], old_root)
        return old, node_hash(new, path[-1])
    old, new = roots_of_growth(old_size - left, size - left, path[:-1], None)
    return node_hash(path[-1], old), node_hash(path[-1], new)


def open_checkpoint(data: bytes, key: str) -> Tuple[int, bytes]:
    """Return the size and root that `key` has signed for the log of its name."""
    name, identifier, encoded = key.strip().split("+", 2)
    public = decoded(encoded)
    need(public[:1] == b"\1" and len(public) == 33, "not an Ed25519 verifier key")
    known = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    need(known.hex() == identifier, "the verifier key is damaged")
    text, signatures = data.decode().rsplit("\n\n", 1)
    need(signatures.endswith("\n"), "the checkpoint ends inside a line")
    signed_by_key = False
    for line in signatures[:-1].split("\n"):
        dash, signer, value = line.split(" ")
        need(dash == "\u2014", "not a line of a signature")
        signature = decoded(value)
        if signer == name and signature[:4] == known:
            verifier = Ed25519PublicKey.from_public_bytes(public[1:])
            verifier.verify(signature[4:], f"{text}\n".encode())
            signed_by_key = True
    need(signed_by_key, f"not signed by {name}+{identifier}")
    origin, size, root, *_ = text.split("\n")
    need(origin == name, f"this is a checkpoint of {origin}")
    return number(size), decoded_hash(root)


def open_entry(data: bytes, key: str) -> Tuple[bytes, str, Dict[str, Any]]:
    """Return the entry that a proof (C2SP tlog-proof) shows, where it is, and what is with it."""
    head, _, checkpoint = data.decode().partition("\n\n")
    title, extra, index, *path = head.split("\n")
    need(title == "c2sp.org/tlog-proof@v1", "not a proof of an entry")
    need(extra.startswith("extra ") and index.startswith("index "), "a proof without an entry")
    kept = json.loads(decoded(extra[6:]))
    entry, place = decoded(kept["entry"]), number(index[6:])
    size, root = open_checkpoint(checkpoint.encode(), key)
    found = root_above(leaf_hash(entry), place, size, [decoded_hash(line) for line in path])
    need(found == root, "the proof leads to another root than the one signed")
    return entry, f"entry {place} of {size}", kept


def open_row(data: bytes, key: str) -> Tuple[bytes, str]:
    """Return the leaf of a row, and where it is: the entry commits to the rows of its batch."""
    entry, where, kept = open_entry(data, key)
    batch, row = json.loads(entry), kept["row"]
    in_leaf = {"row": 1, "block64": 64}[batch["leaf_profile"]]
    count = -(-batch["n_rows"] // in_leaf)
    leaf, path = decoded(row["leaf"]), [decoded_hash(line) for line in row["path"]]
    found = root_above(leaf_hash(leaf), row["leaf_index"], count, path)
    need(found.hex() == batch["row_root"], "the proof leads to other rows than the entry's")
    first = row["leaf_index"] * in_leaf
    last = min(first + in_leaf, batch["n_rows"]) - 1
    rows = f"row {first}" if in_leaf == 1 else f"rows {first} to {last}"
    return leaf[16:] if in_leaf == 1 else leaf, f"{rows} of the batch in {where}"


def check_consistency(old: bytes, new: bytes, proof: bytes, key: str) -> str:
    (old_size, old_root), (size, root) = open_checkpoint(old, key), open_checkpoint(new, key)
    need(old_size <= size, f"the log of {size} entries is older than that of {old_size}")
    path = [decoded_hash(line) for line in proof.decode().splitlines()]
    if old_size == 0:
        need(not path and old_root == hashlib.sha256().digest(), "no log without entries")
    else:
        need(roots_of_growth(old_size, size, path, old_root) == (old_root, root),
             "the two checkpoints are of logs that differ")  # fmt: skip
    return f"the {old_size} entries of the old checkpoint are the first of {size}"


def main(arguments: List[str]) -> int:
    """Return the exit code for a command."""
    counts = {"checkpoint": 1, "entry": 1, "row": 1, "consistency": 3}
    if len(arguments) < 2 or counts.get(arguments[0]) != len(arguments) - 2:
        print(__doc__, file=sys.stderr)
        return 2
    what, key, *files = arguments
    try:
        given = [Path(file).read_bytes() for file in files]
        if what == "consistency":
            old, new, proof = given
            said = check_consistency(old, new, proof, key)
        elif what == "checkpoint":
            size, root = open_checkpoint(given[0], key)
            said = f"{size} entries, root {root.hex()}"
        else:
            opened = open_entry if what == "entry" else open_row
            shown, said = opened(given[0], key)[:2]
            sys.stdout.buffer.write(shown + b"\n")
    except InvalidSignature:
        print("FAILED: the signature is wrong", file=sys.stderr)
    except (Failed, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
    else:
        print(f"VERIFIED: {said}", file=sys.stderr)
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
