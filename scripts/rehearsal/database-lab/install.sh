#!/usr/bin/env bash
# Unpacks two real database servers into the user's cache folder, once: MariaDB from Debian 12 and MySQL from Debian
# unstable, each with the libraries it was built for. Needs apt (Debian or Ubuntu) and no root: nothing is installed, no
# service is started, and the machine's own packages stay as they are.
#
#   install.sh [mariadb] [mysql]      both by default; prints the folder of each
#
# The packages come from the Debian mirror that the machine's apt is configured with, or from SLIPWAY_DEBIAN_MIRROR, and
# are checked with Debian's keys. A folder is complete when it holds the file `complete`; remove it to have it made anew.
set -euo pipefail

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/slipway
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
  echo "install.sh: $1" >&2
  exit 2
}

mirror() {
  if [ -n "${SLIPWAY_DEBIAN_MIRROR:-}" ]; then
    echo "$SLIPWAY_DEBIAN_MIRROR"
    return
  fi
  # apt has read its sources already, whatever their form; the lines of the sources are for lists that were cleaned away.
  {
    apt-get indextargets --format "\$(ORIGIN)|\$(LABEL)|\$(REPO_URI)" 'Created-By: Packages' 2> /dev/null |
      sed -n 's/^Debian|Debian|//p'
    find /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources -exec cat {} + 2> /dev/null |
      sed -nE 's#^(deb|URIs:) *(\[[^]]*\])? *(https?://[^ ]+/debian/?)( .*)?$#\3#p'
  } | sed -n 1p || true
}

# unpack <suite> <folder> <package>...: the packages and what they need, without running a script of theirs.
unpack() {
  local suite=$1 root=$2 apt="$2/apt" uri package
  shift 2
  uri=$(mirror)
  [ -n "$uri" ] || fail 'apt knows no Debian mirror; name one in SLIPWAY_DEBIAN_MIRROR'
  [ -e "$KEYS" ] || fail "the keys of Debian's packages are missing; install them with: apt-get install debian-archive-keyring"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  echo "deb [signed-by=$KEYS] $uri $suite main" > "$apt/sources.list"
  # An empty list of installed packages makes apt fetch the libraries too.
  : > "$apt/status"
  cat > "$apt/apt.conf" << CONFIGURATION
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::Status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::Archives "$apt/archives";
Dir::Log "$apt";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Retries "3";
APT::Sandbox::User "root";
APT::Keep-Downloaded-Packages "true";
CONFIGURATION
  APT_CONFIG="$apt/apt.conf" apt-get update --quiet=2
  APT_CONFIG="$apt/apt.conf" apt-get install --download-only --yes --quiet=2 --no-install-recommends "$@"
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$root"
  done
  rm -rf "$apt"
}

# A start script a program: it runs with the loader and the libraries that were unpacked beside it, not the machine's.
start_script() {
  local root=$1 program=$2 loader libraries
  loader=$(find "$root" -name 'ld-linux*.so.*' -printf '%P\n' | sed -n 1p)
  libraries=$(find "$root" -name libc.so.6 -printf '%P\n' | sed -n '1s#/libc.so.6##p')
  mkdir -p "$root/bin"
  cat > "$root/bin/${program##*/}" << SCRIPT
#!/bin/sh
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
exec "\$root/$loader" --library-path "\$root/$libraries:\$root/usr/${libraries#usr/}" "\$root/usr/$program" "\$@"
SCRIPT
  chmod +x "$root/bin/${program##*/}"
}

# make <kind> <suite> <server> <client> <package>...: prints the folder of the newest complete one, made if there is none.
make() {
  local kind=$1 suite=$2 server=$3 client=$4 complete partial version
  shift 4
  complete=$(find "$CACHE" -mindepth 2 -maxdepth 2 -path "$CACHE/$kind-*/complete" 2> /dev/null | sort -V | tail -1)
  if [ -z "$complete" ]; then
    echo "unpacking $kind from Debian $suite" >&2
    mkdir -p "$CACHE"
    partial=$(mktemp -d "$CACHE/partial-$kind.XXXXXX")
    # The folder's path must stand here by itself: the function's variables are gone when the trap runs.
    # shellcheck disable=SC2064
    trap "rm -rf '$partial'" EXIT
    chmod 755 "$partial"
    unpack "$suite" "$partial" "$@" >&2
    start_script "$partial" "$server"
    start_script "$partial" "$client"
    version=$("$partial/bin/${server##*/}" --no-defaults --version | sed -nE 's/.* Ver ([0-9]+(\.[0-9]+)+).*/\1/p')
    [ -n "$version" ] || fail "the unpacked $kind does not start; is this machine's kernel too old for it?"
    rm -rf "$CACHE/$kind-$version"
    mv "$partial" "$CACHE/$kind-$version"
    complete="$CACHE/$kind-$version/complete"
    : > "$complete"
  fi
  dirname "$complete"
}

# Of several that ask at the same time one unpacks, and the others wait.
mkdir -p "$CACHE"
exec 9> "$CACHE/databases.lock"
flock 9

command -v apt-get dpkg-deb > /dev/null || fail 'apt is missing; set SLIPWAY_TEST_MYSQL_URL to test with a server of your own'
for kind in "${@:-mariadb mysql}"; do
  for one in $kind; do
    case $one in
      mariadb) make mariadb bookworm sbin/mariadbd bin/mariadb mariadb-server-core mariadb-client-core ;;
      mysql) make mysql sid sbin/mysqld bin/mysql mysql-server-core mysql-client-core ;;
      *) fail "$one is not a server of the lab; they are: mariadb, mysql" ;;
    esac
  done
done
