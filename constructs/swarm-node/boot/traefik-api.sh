#!/bin/bash
# Asks Traefik's own API, e.g. `traefik-api /ping` or `traefik-api /api/http/routers`.
# It listens on the loopback address of Traefik's container, where only root of the node can go: no port is published.
set -euo pipefail

container=$(docker ps --quiet --filter label=com.docker.swarm.service.name=proxy_traefik | head -n 1)
if [ -z "$container" ]; then
  echo 'traefik-api: Traefik does not run on this node, see: docker service ps proxy_traefik' >&2
  exit 1
fi
pid=$(docker inspect --format '{{.State.Pid}}' "$container")
exec nsenter --net="/proc/$pid/ns/net" curl --fail --silent --show-error --max-time 5 "http://127.0.0.1:8080$1"
