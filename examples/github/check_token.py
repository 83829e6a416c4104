"""End with 0 if a token lets an artifact go: check_token.py TOKEN ENVIRONMENT ARTIFACT."""

import base64
import hashlib
import os
import sys
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

token, environment, artifact = sys.argv[1:]
name, _, encoded = os.environ["LINEAGE_DEPLOY_KEY"].split("+", 2)
said = jwt.decode_complete(
    Path(token).read_text(encoding="ascii").strip(),
    Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:]),
    algorithms=["EdDSA"],  # never what the token itself proposes
    audience=environment,
    issuer=name,
    leeway=60,
    options={"require": ["aud", "exp", "iss", "nbf"]},
)
with Path(artifact).open("rb") as file:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
if said["header"]["typ"] != "lineage-deploy+jwt" or said["payload"]["artifact_sha256"] != digest:
    sys.exit(f"{token}: is not for {artifact}")
