#!/bin/sh
# Installs the servers and judges of other people that the tests run: a SCIM
# server, an SFTP server and a verifier of signed XML from PyPI, an OpenAPI mock
# server and a validator of HAR from npm, into the folder that ROLLCALL_TEST_SERVERS names, or
# `test-servers` in cargo's target directory; OpenSSH's server and GnuPG from
# Debian, where they are not there. Does nothing where they are installed
# already; whatever is missing is an error, and no test is skipped for it.
set -eu

scim=scim2-server==0.8.3
verifier=signxml==5.2.0
sftp=paramiko==5.1.0
prism=@stoplight/prism-cli@5.16.0
har=har-validator@5.1.5

here=$(cd "$(dirname "$0")" && pwd)
folder=${ROLLCALL_TEST_SERVERS:-${CARGO_TARGET_DIR:-$here/../target}/test-servers}
wanted="$scim $verifier $sftp $prism $har"

if ! [ -x /usr/sbin/sshd ] || ! command -v gpg >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends openssh-server gnupg
fi
# Debian's server starts only with the folder that its service makes.
[ -d /run/sshd ] || mkdir -p /run/sshd

if [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

missing() {
    echo "setup-servers.sh: $1 is missing: $2" >&2
    exit 1
}
command -v python3 >/dev/null || missing python3 "install python3 and python3-venv"
python3 -c 'import venv, ensurepip' 2>/dev/null || missing "python3's venv" "install python3-venv"
command -v npm >/dev/null || missing npm "install Node.js 18 or newer"

rm -rf "$folder"
mkdir -p "$folder"
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/setup-servers.txt"
npm install --prefix "$folder/node" --no-audit --no-fund --loglevel=error "$prism" "$har"
"$folder/python/bin/scim2-server" --help >/dev/null
"$folder/python/bin/python" -c 'import paramiko, signxml'
"$folder/node/node_modules/.bin/prism" --version >/dev/null
# Last: an installation that broke off is made anew.
echo "$wanted" >"$folder/installed"
