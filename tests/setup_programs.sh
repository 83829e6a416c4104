#!/usr/bin/env bash
# Programs that tests drive and PyPI does not carry. They are installed, not skipped.
set -euo pipefail

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if ! browser >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "tests: no Chromium here, and only root can install Debian's; install a chromium package" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
