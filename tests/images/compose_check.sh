#!/usr/bin/env bash
# `make containers`: brings docker-compose.yml up for real, sends the demo's desk through it and
# reads the report; then broker and database by testcontainers. Official images where a registry
# answers, else stand-ins. Where no Docker daemon can be had it says so; under CI=true that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)

finish() {
  if [ -s "$work/dockerd.pid" ]; then # the daemon is ours, and what still runs on it
    docker ps -aq | xargs -r docker rm -fv >/dev/null
    kill "$(cat "$work/dockerd.pid")"
    while kill -0 "$(cat "$work/dockerd.pid")" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$work"
}
trap finish EXIT

if ! tests/images/daemon.sh "$work/dockerd.pid"; then
  echo "NOT RUN: docker-compose.yml and testcontainers, for want of a Docker daemon"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi
if [ -z "${IMAGE_PREFIX+set}" ]; then
  if timeout 300 docker pull -q apache/kafka:4.1.1 >/dev/null 2>&1; then
    export IMAGE_PREFIX=
    echo "images: the official ones"
  else
    export IMAGE_PREFIX=sla-standin/
    tests/images/build.sh
    echo "images: stand-ins, for no registry answers"
  fi
fi
if [ -n "$IMAGE_PREFIX" ]; then
  export TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX=$IMAGE_PREFIX
  # Its reaper has no stand-in.
  export TESTCONTAINERS_RYUK_DISABLED=true
fi
export TC_POOLING_INTERVAL=0.1
.venv/bin/pytest -m containers tests/containers
