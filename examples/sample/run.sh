#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the main job on the sample mailbox: run.sh [TOOL]. Everything happens in a temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tool=${1:-$here/../../build/release/bin/casecomm}
tool=$(cd "$(dirname "$tool")" && pwd)/$(basename "$tool")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export COLUMNS=${COLUMNS:-100}
export CASECOMM_STORE=sqlite:firm.db

say() { printf '\n== %s\n' "$1"; }
run() {
  printf '$ casecomm %s\n' "$*"
  "$tool" "$@"
}

say "A law firm opens an account, and loads its people and case records"
run init --account linden-ruiz --domain in.linden-ruiz.example --preset casebook
cp "$here/firm.json" .
run load firm.json

say "Every record has an address of its own, and every user a drop address for Bcc"
run address C1
run address --person ana

"$tool" addresses --tsv >addresses.tsv
/usr/bin/python3 "$here/make.py" addresses.tsv .

say "Mail comes in: where each went, and why"
run ingest eml sent.mbox Maildir

say "The same mail again changes nothing"
printf '$ casecomm ingest eml sent.mbox Maildir | tail -n 1\n'
"$tool" ingest eml sent.mbox Maildir | tail -n 1

say "The page of one record"
run show C1

say "What waits for a person"
run unassigned

say "One of them is linked by hand, to a case"
message=$("$tool" --json unassigned | /usr/bin/python3 -c '
import json, sys
print(next(m["id"] for m in map(json.loads, sys.stdin) if m["subject"] == "Please call me"))')
run link "$message" --record C2 --contact okafor
run show C2
