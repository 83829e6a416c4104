"""Verifies proofs of an audit trail without the program that wrote it.

Needs Python 3.9 and the package `cryptography`, nothing else. KEY is the verifier key that you got
from the operator of the log on another way than the proofs.

    verify.py checkpoint KEY CHECKPOINT                KEY has signed it; says for how many entries
    verify.py entry KEY PROOF                          an entry is in the log; prints it
    verify.py row KEY PROOF                            a row is in a batch of the log; prints it
    verify.py rotation KEY PROOF                       the log has another key now; prints it
    verify.py consistency KEY OLD NEW PROOF [NEW_KEY]  the log of NEW begins with that of OLD
    verify.py pack KEY PACK                            an evidence pack is as it was signed; KEY is
                                                       the log's first

Exit code 0: verified. 1: not verified. What no proof shows: that an entry is true, and that nobody
was shown another log; keep the checkpoints that you have seen, and ask for their consistency.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Dict, List, Optional, Tuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Failed(ValueError):
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


def once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    need(len(dict(pairs)) == len(pairs), "JSON that says one key twice")
    return dict(pairs)


def parts(found: Any, *keys: str) -> List[Any]:
    """Return the values of an object that has these keys and no others."""
    need(
        isinstance(found, dict) and {*found} == {*keys},
        f"JSON with other keys than {', '.join(keys)}",
    )
    return [found[key] for key in keys]


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


def open_note(data: bytes, key: str) -> str:
    """Return the text that `key` has signed, without its last line end."""
    name, identifier, encoded = key.split("+", 2)
    public = decoded(encoded)
    known = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    need(public[:1] == b"\1" and len(public) == 33 and known.hex() == identifier, "a damaged key")
    text, signatures = data.decode().rsplit("\n\n", 1)
    need(signatures.endswith("\n"), "the note ends inside a line")
    signed_by_key = False
    for line in signatures[:-1].split("\n"):
        dash, signer, value = line.split(" ")
        need(dash == "\u2014", "not a line of a signature")
        mark = decoded(value)
        if signer == name and mark[:4] == known:
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(mark[4:], f"{text}\n".encode())
            signed_by_key = True
    need(signed_by_key, f"not signed by {name}+{identifier}")
    return text


def open_checkpoint(data: bytes, key: str) -> Tuple[int, bytes]:
    """Return the size and root that `key` has signed for the log of its name."""
    origin, size, root, *_ = open_note(data, key).split("\n")
    need(origin == key.partition("+")[0], f"this is a checkpoint of {origin}")
    return number(size), decoded_hash(root)


def open_entry(data: bytes, key: str, *beside: str) -> Tuple[bytes, str, List[Any]]:
    """Return the entry that a proof (C2SP tlog-proof) shows, where it is, and what is beside it."""
    head, _, checkpoint = data.decode().partition("\n\n")
    title, more, index, *path = head.split("\n")
    need((title, more[:6], index[:6]) == ("c2sp.org/tlog-proof@v1", "extra ", "index "), "no proof")
    kept = json.loads(decoded(more[6:]).decode(), object_pairs_hook=once, parse_int=number)
    encoded, *others = parts(kept, "entry", *beside)
    entry, place = decoded(encoded), number(index[6:])
    size, root = open_checkpoint(checkpoint.encode(), key)
    found = root_above(leaf_hash(entry), place, size, [decoded_hash(line) for line in path])
    need(found == root, "the proof leads to another root than the one signed")
    return entry, f"entry {place} of {size}", others


def open_row(data: bytes, key: str) -> Tuple[bytes, str]:
    """Return the leaf of a row, and where it is: the entry commits to the rows of its batch."""
    entry, where, (row,) = open_entry(data, key, "row")
    batch = json.loads(entry.decode(), object_pairs_hook=once)
    encoded, index, path = parts(row, "leaf", "leaf_index", "path")
    need(type(index) is type(batch["n_rows"]) is int and type(path) is list, "no place of a row")
    in_leaf = {"row": 1, "block64": 64}[batch["leaf_profile"]]
    leaf, count = decoded(encoded), -(-batch["n_rows"] // in_leaf)
    found = root_above(leaf_hash(leaf), index, count, [decoded_hash(line) for line in path])
    need(found.hex() == batch["row_root"], "the proof leads to other rows than the entry's")
    first, last = index * in_leaf, min((index + 1) * in_leaf, batch["n_rows"]) - 1
    rows = f"row {first}" if in_leaf == 1 else f"rows {first} to {last}"
    return leaf[16:] if in_leaf == 1 else leaf, f"{rows} of the batch in {where}"


def open_rotation(data: bytes, key: str) -> Tuple[bytes, str]:
    """Return the key that took the place of `key`, and where: both have signed for that entry."""
    entry, where, _ = open_entry(data, key)
    new, old, kind = parts(json.loads(entry.decode(), object_pairs_hook=once), "new", "old", "type")
    need(kind == "key_rotation" and old == key != new, "the entry gives this key no successor")
    size, _ = open_checkpoint(data.partition(b"\n\n")[2], new)
    need(where == f"entry {size - 1} of {size}", "a checkpoint that is not that of the rotation")
    return new.encode(), f"{where} lets this key sign from then on, and {old} nothing more"


def check_consistency(key: str, new_key: str, old: bytes, new: bytes, proof: bytes) -> str:
    (old_size, old_root), (size, root) = open_checkpoint(old, key), open_checkpoint(new, new_key)
    need(old_size <= size, f"the log of {size} entries is older than that of {old_size}")
    need(proof[-1:] in (b"", b"\n"), "the proof ends inside a line")
    path = [decoded_hash(line) for line in proof.decode().split("\n")[:-1]]
    if old_size == 0:
        need(not path and old_root == hashlib.sha256().digest(), "no log without entries")
    else:
        need(roots_of_growth(old_size, size, path, old_root) == (old_root, root),
             "the two checkpoints are of logs that differ")  # fmt: skip
    return f"the {old_size} entries of the old checkpoint are the first of {size}"


def places_in(pack: BinaryIO) -> Dict[str, Tuple[int, int]]:
    """Return where each file of a pack begins and how long it is.

    A pack is a zip of one form: files stored in the order of their names, nothing around them.
    """
    size = pack.seek(0, 2)
    need(22 <= size < 1 << 32, "no pack: too short, or too long")
    pack.seek(size - 22)
    mark, disk, of, held, count, length, start, comment = struct.unpack("<4s4H2LH", pack.read())
    need((mark, disk, of, comment) == (b"PK\5\6", 0, 0, 0), "no pack: it ends otherwise")
    need(held == count <= 10000 and start + length + 22 == size, "no pack: its end fits nothing")
    pack.seek(start)
    directory, at, place, last = pack.read(length), 0, 0, ""
    found: Dict[str, Tuple[int, int]] = {}
    for _ in range(count):
        crc, stored, _, named = struct.unpack_from("<3LH", directory, at + 16)
        name = directory[at + 46 : at + 46 + named]
        text = name.decode("ascii")
        need(re.fullmatch(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*", text) and text > last,
             "no pack: a name out of order, told twice, or that no pack has")  # fmt: skip
        head = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, crc, stored, stored, named, 0)
        told = struct.pack("<4sH", b"PK\1\2", 788) + head
        told += struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, place) + name
        need(directory[at : at + len(told)] == told, f"no pack: {text} is told otherwise")
        pack.seek(place)
        head = b"PK\3\4" + head + name
        need(pack.read(len(head)) == head, f"no pack: {text} begins otherwise")
        found[text] = (place + len(head), stored)
        at, place, last = at + len(told), place + len(head) + stored, text
        left, checked = stored, 0
        while left and (piece := pack.read(min(left, 1 << 20))):
            left, checked = left - len(piece), zlib.crc32(piece, checked)
        need(place <= start and (left, checked) == (0, crc), f"no pack: {text} is damaged")
    need(at == length and place == start, "no pack: something stands between its files")
    return found


def digest_at(pack: BinaryIO, place: int, length: int) -> str:
    pack.seek(place)
    digest = hashlib.sha256()
    while length and (piece := pack.read(min(length, 1 << 20))):
        digest.update(piece)
        length -= len(piece)
    return digest.hexdigest()


def check_proof(proof: bytes, shows: str, about: str, key: str) -> None:
    """Return if a proof of a pack shows what the manifest says of it."""
    if shows == "act":
        row = json.loads(open_row(proof, key)[0].decode())
        need(about in (row.get("document_id"), row.get("event_id")), "it shows another act")
        return
    entry = json.loads(open_entry(proof, key)[0].decode(), object_pairs_hook=once)
    if shows == "publication":
        added = [file for file in entry["added"] if file[0] == "warehouse.duckdb"]
        need(entry["type"] == "written" and [file[2] for file in added] == [about],
             "it shows another publication")  # fmt: skip
    else:
        need(shows == entry["type"] == "rows" and entry["file"] == about, "it shows other rows")


def check_pack(pack: BinaryIO, key: str) -> str:
    """Return what an evidence pack is, if its files, its signature and its proofs hold together."""
    places = places_in(pack)

    def content(name: str) -> bytes:
        need(name in places and places[name][1] <= 64 << 20, f"no {name}, or far too large")
        pack.seek(places[name][0])
        return pack.read(places[name][1])

    keys = [(0, key)]  # with the size of the log from which on each signs
    while (name := f"trail/rotation-{len(keys)}.proof") in places:
        proof = content(name)
        new = open_rotation(proof, keys[-1][1])[0].decode()
        keys.append((open_checkpoint(proof.partition(b"\n\n")[2], new)[0], new))
    signed = content("manifest.json")
    stated = f"lineage.evidence.pack.v1\n{hashlib.sha256(signed).hexdigest()}"
    need(open_note(content("manifest.note"), keys[-1][1]) == stated, "another manifest was signed")
    manifest = json.loads(signed.decode(), object_pairs_hook=once, parse_int=number)
    plain = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    need(plain.encode() == signed, "a manifest that is not in its one form")
    need(manifest["record"] == "lineage.evidence.pack.v1", "a manifest of another kind")
    files = {file["path"]: (file["bytes"], file["sha256"]) for file in manifest["files"]}
    there = {*places} - {"manifest.json", "manifest.note"}
    odd = sorted({*files} ^ there)
    need(not odd, f"not both in the pack and in its manifest: {', '.join(odd[:3])}")
    need(len(files) == len(manifest["files"]), "a manifest that has a file twice")
    for path, stated_file in files.items():
        found = (places[path][1], digest_at(pack, *places[path]))
        need(found == stated_file, f"{path} is not what the manifest says")
    checkpoint = content("trail/checkpoint")
    size = number(checkpoint.decode().split("\n")[1])
    signer = [later for since, later in keys if since <= size][-1]
    tree = open_checkpoint(checkpoint, signer)
    need((tree[0], tree[1].hex()) == (manifest["log"]["size"], manifest["log"]["root"]),
         "the checkpoint is another one than the manifest names")  # fmt: skip
    proofs = {proof["path"]: proof for proof in manifest["proofs"]}
    below = {path for path in files if path.startswith("proofs/")}
    need({*proofs} == below, "proofs that the manifest does not have")
    need(len(proofs) == len(manifest["proofs"]), "a manifest that has a proof twice")
    of = [proof["about"] for proof in proofs.values() if proof["shows"] == "publication"]
    need(of == [manifest["warehouse_sha256"]], "nothing shows which publication this is of")
    for path, proof in proofs.items():
        data = content(path)
        need(data.partition(b"\n\n")[2] == checkpoint, f"{path} leads to another checkpoint")
        try:
            check_proof(data, proof["shows"], proof["about"], signer)
        except Failed as error:
            raise Failed(f"{path}: {error}") from error
    return (
        f"{manifest['version_node_id']}: {len(files)} files as they were signed, "
        f"{len(manifest['proofs'])} proofs that lead to a log of {size} entries"
    )


def main(arguments: List[str]) -> int:
    """Return the exit code for a command."""
    counts = {"checkpoint": [1], "entry": [1], "row": [1], "rotation": [1], "consistency": [3, 4]}
    counts["pack"] = [1]
    if len(arguments) < 2 or len(arguments) - 2 not in counts.get(arguments[0], ()):
        print(__doc__, file=sys.stderr)
        return 2
    what, key, *files = [arguments[0], arguments[1].strip(), *arguments[2:]]
    try:
        given = [Path(file).read_bytes() for file in files[:3] if what != "pack"]
        if what == "pack":
            with Path(files[0]).open("rb") as pack:
                said = check_pack(pack, key)
        elif what == "consistency":
            said = check_consistency(key, (files[3:] or [key])[0].strip(), *given)
        elif what == "checkpoint":
            size, root = open_checkpoint(given[0], key)
            said = f"{size} entries, root {root.hex()}"
        else:
            opened: Any = {"entry": open_entry, "row": open_row, "rotation": open_rotation}[what]
            shown, said = opened(given[0], key)[:2]
            sys.stdout.buffer.write(shown + b"\n")
    except InvalidSignature:
        print("FAILED: the signature is wrong", file=sys.stderr)
    except (AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
            struct.error) as error:  # fmt: skip
        print(f"FAILED: {error}", file=sys.stderr)
    else:
        print(f"VERIFIED: {said}", file=sys.stderr)
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
