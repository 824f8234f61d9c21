#!/bin/bash
# Turns a plain Debian 13 into a node that serves. cloud-init runs it once; running it again repairs what is missing.
#
# Each step is one line in the log and one state in s3://<vault>/nodes/<instance-id>/readiness.json, which the health gate
# of `cdktf deploy` reads: booting, then ready or failed.
set -Eeuo pipefail

set -a
# shellcheck source=/dev/null
. /etc/slipway/node.env
set +a

readonly STATE=/var/lib/slipway
readonly PACKAGES=(awscli curl docker-cli docker.io haproxy jq nodejs sudo unattended-upgrades)
export DEBIAN_FRONTEND=noninteractive

number=0
step=start
gave_up=
teller=
instance_id=$(< /var/lib/cloud/data/instance-id)

# publish <state> <message>: nothing can be published before the tools for it are installed.
publish() {
  command -v aws >/dev/null && command -v jq >/dev/null || return 0
  jq -cn --arg state "$1" --arg step "$step" --arg message "$2" --arg at "$(date -u +%FT%TZ)" '$ARGS.named' |
    aws s3 cp --only-show-errors --content-type application/json - \
      "s3://$SLIPWAY_VAULT/nodes/$instance_id/readiness.json"
}

# tell <message>: in the background, as a call of S3 takes seconds that the boot can use. While one word is on its way the
# next is left out; the very last one, ready or failed, waits for it.
tell() {
  if [ -n "$teller" ] && kill -0 "$teller" 2>/dev/null; then return; fi
  { retry 10 publish booting "$1" || true; } &
  teller=$!
}

# step <name> <what it does>
step() {
  number=$((number + 1))
  step=$1
  echo "slipway: step $number: $1: $2 (after $SECONDS s)"
  tell "$2"
}

# retry <times> <command...>: every two seconds.
retry() {
  local left=$1
  shift
  until "$@"; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      gave_up="gave up on: $*"
      return 1
    fi
    sleep 2
  done
}

failed() {
  local code=$1 message="${gave_up:-$3} (exit code $1, line $2)"
  trap - ERR
  wait $teller
  echo "slipway: step $number: $step: FAILED: $message" >&2
  publish failed "$message" || echo 'slipway: the failure could not be published' >&2
  exit "$code"
}
trap 'failed "$?" "$LINENO" "$BASH_COMMAND"' ERR

install_packages() {
  apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any update &&
    apt-get -qq -o DPkg::Lock::Timeout=300 install --no-install-recommends "${PACKAGES[@]}"
}

add_swap() {
  if [ ! -e /swapfile ]; then
    fallocate --length 2GiB /swapfile.new
    chmod 600 /swapfile.new
    mkswap --quiet /swapfile.new
    mv /swapfile.new /swapfile
  fi
  grep -q '^/swapfile ' /etc/fstab || echo '/swapfile none swap sw 0 0' >>/etc/fstab
  swapon --all
}

# ask_docker <path>: the status that the read-only window on the Docker API answers with.
ask_docker() {
  curl --silent --output /dev/null --write-out '%{http_code}' --unix-socket /run/docker-filter/docker-ro.sock \
    "http://docker$1"
}

filter_works() {
  [ "$(ask_docker /services)" = 200 ] && [ "$(ask_docker /containers/json)" = 403 ]
}

join_swarm() {
  local address
  address=$(ip -4 route get 192.0.2.1 | sed -n 's/.* src \([0-9.]*\).*/\1/p')
  # The answer holds the join token, which belongs into no log.
  docker swarm init --advertise-addr "$address" --default-addr-pool "$SLIPWAY_OVERLAY_POOL" \
    --default-addr-pool-mask-length 24 --task-history-limit 2 >/dev/null
}

# restore <key> <file>: fetches a file from the vault, if there is one.
restore() {
  local found
  found=$(retry 10 aws s3api list-objects-v2 --no-paginate --bucket "$SLIPWAY_VAULT" --prefix "$1" --query KeyCount)
  if [ "$found" = 0 ]; then
    echo "slipway: the vault has no $1 yet"
  else
    retry 10 aws s3 cp --only-show-errors "s3://$SLIPWAY_VAULT/$1" "$2"
  fi
}

# Only into empty folders, and whole or not at all: what this node has already is newer than the copy.
restore_state() {
  local work
  install -d -m 700 "$STATE/certificates" "$STATE/release"
  work=$(mktemp -d "$STATE/restore.XXXXXX")
  if [ ! -s "$STATE/certificates/acme.json" ]; then
    restore certificates/acme.json "$work/acme.json"
    if [ -e "$work/acme.json" ]; then install -m 600 "$work/acme.json" "$STATE/certificates/acme.json"; fi
  fi
  if [ -z "$(ls -A "$STATE/release")" ]; then
    restore release/current.tar.gz "$work/current.tar.gz"
    if [ -e "$work/current.tar.gz" ]; then
      tar --extract --gzip --file "$work/current.tar.gz" --directory "$work"
      mv --no-target-directory "$work/release" "$STATE/release"
    fi
  fi
  rm -r "$work"
}

# The program is too big for user data; its checksum is not, so nobody can put another one in its place.
install_program() {
  local checksum=$SLIPWAY_PROGRAM_SHA256 program=/usr/local/bin/deploy
  if sha256sum --check --status <<<"$checksum  $program" 2>/dev/null; then return; fi
  retry 10 aws s3 cp --only-show-errors "s3://$SLIPWAY_VAULT/programs/deploy-$checksum" "$STATE/deploy"
  sha256sum --check --quiet <<<"$checksum  $STATE/deploy"
  install -m 755 "$STATE/deploy" "$program.new"
  mv "$program.new" "$program"
  rm "$STATE/deploy"
}

step packages 'install what Debian has'
# Of haproxy only the program is wanted, not Debian's service.
systemctl mask --quiet haproxy.service
retry 5 install_packages

step swap 'add 2 GiB of swap'
add_swap

step ssh 'take the hardened configuration and publish the host key'
systemctl reload-or-restart ssh.service
retry 10 aws s3 cp --only-show-errors /etc/ssh/ssh_host_ed25519_key.pub \
  "s3://$SLIPWAY_VAULT/nodes/$instance_id/ssh_host_ed25519_key.pub"

step docker 'start the engine and form a swarm of one'
systemctl daemon-reload
systemctl enable --quiet --now docker.service
retry 30 docker version --format 'slipway: Docker {{.Server.Version}}'
if [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" != active ]; then join_swarm; fi
docker network inspect edge >/dev/null 2>&1 || docker network create --driver overlay edge >/dev/null

step filter 'open the read-only window on the Docker API'
systemctl enable --quiet --now docker-filter.service
retry 15 filter_works

step restore 'fetch certificates and the current release'
restore_state
# From here on changes are copied back; what was just restored need not be.
systemctl enable --quiet --now slipway-vault.path

step traefik "start $TRAEFIK_IMAGE"
retry 5 docker pull --quiet "$TRAEFIK_IMAGE"
docker stack deploy --resolve-image never --compose-file /etc/slipway/traefik.stack.yml proxy
retry 60 /usr/local/lib/slipway/traefik-api /ping

step program 'fetch the release program'
install_program

step release 'start the current release'
if [ -n "$(ls -A "$STATE/release")" ]; then
  SSH_ORIGINAL_COMMAND=resume /usr/local/bin/deploy
else
  echo 'slipway: nothing was released yet'
fi
systemctl enable --quiet --now slipway-tidy.timer

step ready 'check Traefik once more'
retry 30 /usr/local/lib/slipway/traefik-api /ping
wait $teller
retry 10 publish ready 'Traefik answers'
echo "slipway: ready (after $SECONDS s)"
