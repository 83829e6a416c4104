#!/usr/bin/env bash
# Programs that tests drive and PyPI does not carry. They are installed, not skipped.
set -euo pipefail

cd "$(dirname "$0")/.."
MERMAID=11.17.2
MLFLOW=3.17.2
TRESTLE=5.2.0

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

wanted=()
browser >/dev/null || wanted+=(chromium)
command -v dot >/dev/null || wanted+=(graphviz)
command -v openssl >/dev/null || wanted+=(openssl)
command -v jq >/dev/null || wanted+=(jq)
command -v ssh-keygen >/dev/null || wanted+=(openssh-client)
# Planning small statements is mostly taking memory and giving it back: a fifth less of the time.
compgen -G '/usr/lib/*/libjemalloc.so.2' >/dev/null || wanted+=(libjemalloc2)
command -v npm >/dev/null || [ -e ".tools/mermaid/$MERMAID.js" ] || wanted+=(npm)
if [ ${#wanted[@]} -gt 0 ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "tests: missing here: ${wanted[*]}; only root can install Debian's packages of these names" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
fi

if [ ! -e ".tools/mermaid/$MERMAID.js" ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    npm pack --silent --pack-destination "$scratch" "mermaid@$MERMAID" >/dev/null
    tar -xzf "$scratch"/mermaid-*.tgz -C "$scratch" package/dist/mermaid.min.js
    mkdir -p .tools/mermaid
    mv "$scratch/package/dist/mermaid.min.js" ".tools/mermaid/$MERMAID.js"
fi

# Its requirements and ours exclude each other, so the server has an environment of its own.
if [ ! -e ".tools/mlflow/$MLFLOW/complete" ]; then
    uv=$(command -v uv || echo .tools/uv/bin/uv)
    rm -rf .tools/mlflow
    "$uv" venv --quiet --python 3.11 ".tools/mlflow/$MLFLOW"
    "$uv" pip install --quiet --python ".tools/mlflow/$MLFLOW/bin/python" "mlflow==$MLFLOW"
    touch ".tools/mlflow/$MLFLOW/complete"
fi

# It pins what others here need newer, and only reads what we wrote.
if [ ! -e ".tools/trestle/$TRESTLE/complete" ]; then
    uv=$(command -v uv || echo .tools/uv/bin/uv)
    rm -rf .tools/trestle
    "$uv" venv --quiet --python 3.11 ".tools/trestle/$TRESTLE"
    "$uv" pip install --quiet --python ".tools/trestle/$TRESTLE/bin/python" "compliance-trestle==$TRESTLE"
    touch ".tools/trestle/$TRESTLE/complete"
fi
