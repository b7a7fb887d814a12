"""An SFTP server (paramiko's) that asks for a password in one of several ways.

Started with a folder of keys, the folder to serve, a user, a password, and how
to sign in: `password`, `prompt` (keyboard-interactive), `code` (the same, and
then a second question), `key+password`, `key+prompt`. Whoever tries is told on a
line of its own, never with what was entered.
"""

import os
import socket
import sys
import threading

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

keys, served, user, password, way = sys.argv[1:]
host_key = paramiko.Ed25519Key(filename=os.path.join(keys, "host_ed25519"))
user_key = paramiko.Ed25519Key(filename=os.path.join(keys, "user_ed25519"))


def tell(line: str) -> None:
    print(line, flush=True)


class SignIn(paramiko.ServerInterface):
    def __init__(self) -> None:
        self.key_was_right = False
        self.rounds = 0

    def get_allowed_auths(self, _username: str) -> str:
        if way.startswith("key+") and not self.key_was_right:
            return "publickey"
        return "password" if way.endswith("password") else "keyboard-interactive"

    def may(self, username: str, method: str) -> bool:
        return username == user and self.get_allowed_auths(username) == method

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        # Asked twice: whether the key would do, and once it has signed.
        tell("tried a key")
        if not way.startswith("key+") or username != user or key != user_key:
            return AUTH_FAILED
        self.key_was_right = True
        return AUTH_PARTIALLY_SUCCESSFUL

    def check_auth_password(self, username: str, given: str) -> int:
        tell("tried a password")
        return AUTH_SUCCESSFUL if self.may(username, "password") and given == password else AUTH_FAILED

    def check_auth_interactive(self, username: str, _methods: str):
        if not self.may(username, "keyboard-interactive"):
            return AUTH_FAILED
        return paramiko.InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]):
        tell("answered a prompt")
        self.rounds += 1
        if self.rounds == 1 and responses != [password]:
            return AUTH_FAILED
        if way == "code" and self.rounds == 1:
            return paramiko.InteractiveQuery("", "", ("Code: ", False))
        return AUTH_SUCCESSFUL if way != "code" else AUTH_FAILED

    def check_channel_request(self, _kind: str, _number: int) -> int:
        return OPEN_SUCCEEDED


class Folder(paramiko.SFTPServerInterface):
    """The served folder, to read. Its list has names alone."""

    def list_folder(self, path: str):
        entries = []
        for name in os.listdir(path):
            entry = paramiko.SFTPAttributes()
            entry.filename = name
            entries.append(entry)
        return entries

    def stat(self, path: str):
        return paramiko.SFTPAttributes.from_stat(os.stat(path))

    def lstat(self, path: str):
        return paramiko.SFTPAttributes.from_stat(os.lstat(path))

    def open(self, path: str, _flags: int, _attributes):
        handle = paramiko.SFTPHandle()
        handle.readfile = open(path, "rb")
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(os.fstat(handle.readfile.fileno()))
        return handle

    def canonicalize(self, path: str) -> str:
        return os.path.normpath(os.path.join(served, path))


def serve(connection: socket.socket) -> None:
    transport = paramiko.Transport(connection)
    transport.add_server_key(host_key)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Folder)
    try:
        transport.start_server(server=SignIn())
    except (paramiko.SSHException, EOFError) as error:
        tell(f"ended: {error}")


listener = socket.create_server(("127.0.0.1", 0))
tell(f"listening on {listener.getsockname()[1]}")
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
