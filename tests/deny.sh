#!/usr/bin/env bash
# Licences, sources and doubled dependencies by cargo-deny, which is built once
# if the machine has none. Advisories need their database, which is fetched
# where the network allows it: `cargo deny check advisories`.
set -euo pipefail
VERSION=0.20.2
tools="${CARGO_TARGET_DIR:-target}/tools"
deny="$(command -v cargo-deny || true)"
if [ -z "$deny" ]; then
  deny="$tools/bin/cargo-deny"
  [ -x "$deny" ] || env -u CARGO_TARGET_DIR cargo install --locked --root "$tools" --target-dir "$tools/build" "cargo-deny@$VERSION"
fi
"$deny" --locked check bans licenses sources
