#!/bin/sh
# Ends with 0 if a token lets an artifact go: check_token.sh TOKEN ENVIRONMENT ARTIFACT.
set -eu
token=$(cat "$1") environment=$2 digest=$(openssl dgst -sha256 -r "$3" | cut -d ' ' -f 1)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

decoded() { # base64url, without its padding
    text=$(printf %s "$1" | tr -- '-_' '+/')
    case $((${#text} % 4)) in 2) text="$text==" ;; 3) text="$text=" ;; esac
    printf %s "$text" | base64 -d
}

claims=${token#*.}
decoded "${token%%.*}" >"$folder/header"
decoded "${claims%.*}" >"$folder/claims"
decoded "${token##*.}" >"$folder/signature"
printf %s "${token%.*}" >"$folder/signed"
{ # what says "an Ed25519 key" in DER, then its 32 bytes
    printf '\060\052\060\005\006\003\053\145\160\003\041\000'
    printf %s "${LINEAGE_DEPLOY_KEY#*+*+}" | base64 -d | tail -c 32
} >"$folder/key"

openssl pkeyutl -verify -pubin -keyform DER -inkey "$folder/key" -rawin \
    -in "$folder/signed" -sigfile "$folder/signature"
jq -e '.alg == "EdDSA" and .typ == "lineage-deploy+jwt"' "$folder/header" >"$folder/answer"
jq -e --arg name "${LINEAGE_DEPLOY_KEY%%+*}" --arg environment "$environment" --arg digest "$digest" '
    .iss == $name and .aud == $environment and .artifact_sha256 == $digest
    and .nbf <= now + 60 and now - 60 < .exp' "$folder/claims" >"$folder/answer"
