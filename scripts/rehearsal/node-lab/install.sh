#!/usr/bin/env bash
# Makes what the virtual machine lab needs in the user's cache folder, once: QEMU 10 with its tools, unpacked from Debian 13
# (older ones crash new kernels when they emulate), and the disk of a plain Debian 13 as the cloud has it: kernel, cloud-init,
# sshd, nothing else. The packages that the boot script will ask for are on the disk, but not installed: a boot installs them
# as it would on AWS, only without the download.
#
#   install.sh      prints the folder
#
# Nothing is installed on the machine itself. Needs mmdebstrap, and root or user namespaces. The packages come from Debian's
# mirrors or from SLIPWAY_DEBIAN_MIRROR. The folder's name has a hash of this recipe and of the list of packages; remove it to
# have it made anew.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
BOOT=$HERE/../../../constructs/swarm-node/boot/boot.sh
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/slipway
SUITE=trixie
# None: mmdebstrap takes Debian's own, with its updates and security updates.
MIRRORS=()
if [ -n "${SLIPWAY_DEBIAN_MIRROR:-}" ]; then
  for place in "/ $SUITE" "/ $SUITE-updates" "-security/ $SUITE-security"; do
    MIRRORS+=("deb $SLIPWAY_DEBIAN_MIRROR$place main")
  done
fi

# What Debian's cloud image has, and the agent through which the lab looks into the machine.
IMAGE=(
  ca-certificates cloud-guest-utils cloud-init curl dbus e2fsprogs initramfs-tools iproute2 linux-image-cloud-amd64
  netplan.io openssh-server qemu-guest-agent sudo systemd-resolved systemd-sysv systemd-timesyncd udev
)
TOOLS=(e2fsprogs genisoimage libarchive13t64 qemu-system-x86 qemu-utils seabios)

fail() {
  echo "install.sh: $1" >&2
  exit 2
}

# start_script <root> <program>: runs a program with the loader and the libraries that were unpacked beside it.
start_script() {
  cat > "$1/${2##*/}" << 'SCRIPT'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/PROGRAM" "$@"
SCRIPT
  sed -i "s#PROGRAM#$2#" "$1/${2##*/}"
  chmod +x "$1/${2##*/}"
}

unpack_tools() {
  mmdebstrap --quiet --variant=extract --aptopt='APT::Install-Recommends "false"' \
    --include="$(IFS=, && echo "${TOOLS[*]}")" "$SUITE" "$1" "${MIRRORS[@]}"
  for program in bin/qemu-system-x86_64 bin/qemu-img bin/genisoimage sbin/mke2fs; do start_script "$1" "$program"; done
}

# The packages of the boot script, from the script itself.
boot_packages() {
  sed -nE 's/^readonly PACKAGES=\((.*)\)$/\1/p' "$BOOT"
}

# What the lab adds to a plain Debian: where cloud-init finds its data, and keys that only the emulated AWS accepts.
write_files() {
  mkdir -p "$1/etc/cloud/cloud.cfg.d" "$1/.aws"
  echo '/dev/vda / ext4 defaults 0 1' > "$1/etc/fstab"
  echo 'datasource_list: [NoCloud, None]' > "$1/etc/cloud/cloud.cfg.d/90_lab.cfg"
  printf '[default]\naws_access_key_id = rehearsal\naws_secret_access_key = rehearsal\n' > "$1/.aws/credentials"
}

make_disk() {
  local folder=$1 files=$1/files
  write_files "$files"
  mmdebstrap --quiet --variant=minbase --aptopt='APT::Install-Recommends "false"' --skip=cleanup/apt \
    --include="$(IFS=, && echo "${IMAGE[*]}")" \
    --customize-hook="copy-in '$files/etc' '$files/.aws' /" \
    --customize-hook="chroot \"\$1\" sh -c 'mv /.aws ~root/'" \
    --customize-hook="chroot \"\$1\" apt-get -qq --yes --download-only --no-install-recommends install $(boot_packages)" \
    --customize-hook="copy-out /boot '$folder'" \
    "$SUITE" "$folder/root.tar" "${MIRRORS[@]}"
  mv "$folder"/boot/vmlinuz-* "$folder/vmlinuz"
  mv "$folder"/boot/initrd.img-* "$folder/initrd.img"
  truncate --size=10G "$folder/disk.img"
  "$folder/tools/mke2fs" -q -F -t ext4 -d "$folder/root.tar" "$folder/disk.img"
  rm -r "${folder:?}/boot" "$files" "$folder/root.tar"
}

[ "$(uname -m)" = x86_64 ] || fail "the lab runs on x86_64 only, this is $(uname -m)"
command -v mmdebstrap > /dev/null || fail 'mmdebstrap is missing; install it with: apt-get install mmdebstrap'

recipe=$({ cat "$0" && boot_packages; } | sha256sum | cut -c 1-12)
folder=$CACHE/node-lab-$recipe
if [ ! -e "$folder/complete" ]; then
  echo 'making a Debian 13 and a QEMU to boot it' >&2
  mkdir -p "$CACHE"
  partial=$(mktemp -d "$CACHE/partial-node-lab.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  chmod 755 "$partial"
  unpack_tools "$partial/tools" >&2
  make_disk "$partial" >&2
  : > "$partial/complete"
  rm -rf "$folder"
  mv "$partial" "$folder"
fi
echo "$folder"
