#!/bin/bash
# A node's sshd on this machine, with mounts of its own: /etc, /home and whatever else an account could write to are copies in
# <folder>, so that the files of the node stand at their own paths and this machine stays as it is. Ends, with everything that
# was started in here, when standard input is closed, also by the death of who started it.
#
#     unshare --mount ssh-server.sh <folder> <port> [<visible folder>...]
#
# <folder>/node holds the files of the node, <folder>/account its name, password field and shell, a line each.
set -euo pipefail
folder=$1 port=$2
shift 2
mapfile -t account <"$folder/account"

# Whatever has these mounts was started in here.
end_all() {
  local mine mounts pid found=yes
  mine=$(readlink /proc/$$/ns/mnt)
  while [ "$found" = yes ]; do
    found=no
    for mounts in /proc/[0-9]*/ns/mnt; do
      pid=${mounts#/proc/} pid=${pid%%/*}
      if [ "$pid" != $$ ] && [ "$(readlink "$mounts")" = "$mine" ]; then kill -KILL "$pid" && found=yes; fi
    done 2>/dev/null
  done
}
trap end_all EXIT

mkdir -p "$folder"/{home,log,mail,run/sshd,run/machine-bin,shm,sudo,tmp}
chmod 1777 "$folder"/{shm,tmp}
cp -a /etc "$folder/etc"
rm -rf "$folder"/etc/ssh/ssh_host_* "$folder"/etc/ssh/sshd_config.d/* "$folder"/etc/sudoers.d/*
mkdir -p "$folder/bin"
cp -a "$folder/node/etc/." "$folder/etc"
cp -a "$folder/node/usr/local/bin/." "$folder/bin"

# Folders in /tmp that stay visible, found again after /tmp is covered.
for visible in "$@"; do mkdir -p "$folder$visible" && mount --bind "$visible" "$folder$visible"; done
mount --bind "$folder/etc" /etc
mount --bind "$folder/home" /home
mount --bind "$folder/log" /var/log
mount --bind "$folder/mail" /var/mail
mount --bind "$folder/shm" /dev/shm
mount --bind "$folder/sudo" /var/lib/sudo
mount --bind /usr/local/bin "$folder/run/machine-bin"
mount --bind "$folder/bin" /usr/local/bin
mount --rbind "$folder/run" /run
mount --rbind "$folder/tmp" /tmp
for program in /run/machine-bin/*; do [ -e "/usr/local/bin/${program##*/}" ] || ln -s "$program" /usr/local/bin/; done

# What cloud-init types for the account of the user data.
useradd --create-home --password "${account[1]}" --shell "${account[2]}" "${account[0]}"
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
visudo --check --quiet
/usr/sbin/sshd -D -e -p "$port" -o ListenAddress=127.0.0.1 </dev/null &
cat >/dev/null
