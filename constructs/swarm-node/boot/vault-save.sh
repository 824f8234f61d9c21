#!/bin/bash
# Copies the certificates and the current release to the vault, so that the next node starts where this one ended.
set -euo pipefail

set -a
# shellcheck source=/dev/null
. /etc/slipway/node.env
set +a

cd /var/lib/slipway
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

fingerprint() {
  find certificates release -type f -exec sha256sum {} + | sort | sha256sum
}

save() {
  # Traefik begins with an empty acme.json: that must never replace certificates that were saved before.
  if jq --exit-status --slurp 'any(.[][].Certificates; length > 0)' certificates/acme.json >/dev/null 2>&1; then
    aws s3 cp --only-show-errors certificates/acme.json "s3://$SLIPWAY_VAULT/certificates/acme.json"
  fi
  # One object, so that a node which dies meanwhile leaves the old release or the new one, never a mixture.
  if [ -n "$(ls -A release)" ]; then
    tar --create --gzip --file "$work/current.tar.gz" release
    aws s3 cp --only-show-errors "$work/current.tar.gz" "s3://$SLIPWAY_VAULT/release/current.tar.gz"
  fi
}

# A change during a run does not start a second one, so this goes on until nothing changed meanwhile.
saved=
current=$(fingerprint)
until [ "$saved" = "$current" ]; do
  saved=$current
  save
  current=$(fingerprint)
done
