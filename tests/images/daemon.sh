#!/usr/bin/env bash
# Sees to it that a Docker daemon answers, and that a compose command is there. Where none runs and
# this is a Debian machine of ours (root), both are installed and the daemon started; its process
# number is then left in $1, for whoever called to end it. Exits with 3 where none can be had.
set -euo pipefail
pidfile=${1:?where to leave the process number of a daemon that was started}
log=$(dirname "$pidfile")/dockerd.log

answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
composes() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }

install_missing() {
  local wanted=()
  command -v dockerd >/dev/null || wanted+=(docker.io)
  composes || wanted+=(docker-compose)
  [ ${#wanted[@]} = 0 ] && return
  echo "installing ${wanted[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
}

if answers && composes; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "no Docker daemon answers, and only root on Debian can install one here" >&2
  exit 3
fi
install_missing || { echo "docker.io and docker-compose cannot be installed here" >&2; exit 3; }
answers && exit 0
dockerd >"$log" 2>&1 &
echo $! >"$pidfile"
for _ in $(seq 300); do
  answers && exit 0
  kill -0 "$(cat "$pidfile")" 2>/dev/null || break
  sleep 0.1
done
echo "the Docker daemon did not start; its last words:" >&2
tail -5 "$log" >&2
exit 3
