#!/usr/bin/env bash
# Packs Debian packages, and all that they need, into a container image, where no image registry can
# be reached: what is installed on this machine is copied, nothing is downloaded.
#
#     repack.sh IMAGE PACKAGE...
set -euo pipefail
image=$1
shift
root=$(mktemp -d)
trap 'rm -rf "$root" "$root.list"' EXIT
chmod 755 "$root"
mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,tmp,proc,sys,dev,run,root,var/tmp,etc}
chmod 1777 "$root/tmp" "$root/var/tmp"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done

closure() {
  apt-cache depends --recurse --installed \
    --no-{recommends,suggests,conflicts,breaks,replaces,enhances} "$@" | grep -E '^[a-z0-9]' | sort -u |
    { xargs dpkg-query -Wf '${db:Status-Abbrev} ${binary:Package}\n' 2>/dev/null || true; } |
    awk '$1 == "ii" {print $2}' # some names are virtual: no such package, an alternative is there
}

files() {
  closure "$@" | xargs dpkg -L
  echo /etc/nsswitch.conf
  # Certificates of this machine: the package registry is reached through them.
  find /etc/ssl/certs /etc/alternatives
  find /usr/bin /usr/sbin -lname '/etc/alternatives/*'
}

# Programs are found at /bin by the lists of packages, at /usr/bin on a merged system.
files "$@" | grep -vE '/share/(doc|man|locale|lintian|bug)/|^/\.$' | sort -u | while read -r file; do
  if [ ! -L "$file" ] && [ ! -f "$file" ]; then continue; fi
  case $file in
    /bin/* | /sbin/* | /lib/* | /lib64/*) echo "usr$file" ;;
    *) echo "${file#/}" ;;
  esac
done | sort -u > "$root.list"
tar -C / --ignore-failed-read -cf - -T "$root.list" 2>/dev/null | tar -C "$root" -xf -
# Certificates that are links into other places are copied as they are.
cp -rL /etc/ssl/certs/. "$root/etc/ssl/certs/" 2>/dev/null || true
printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'nobody:x:65534:65534::/nonexistent:/bin/false' \
  > "$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' > "$root/etc/group"
chroot "$root" ldconfig
tar -C "$root" -c . | docker import --change 'LABEL standin-for=debian' - "$image" >/dev/null
