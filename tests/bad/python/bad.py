"""What harms the host and not the data: the same crimes in each language, each
by its own means. The setting `crime` says which."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable

from rollcall_sdk import AccountInfo, Connector, Context, Json, Worker, WorkerPage, WorkerStatus

# Lines that are logged, where the host takes 500.
FLOOD = 10_000


class Bad(Connector):
    def check(self, cx: Context) -> AccountInfo:
        return AccountInfo()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        match cx.setting("crime").required():
            case "endless-loop":
                while True:
                    pass
            case "memory-bomb":
                everything = []
                while True:
                    everything.append(bytearray(1 << 20))
            case "log-flood":
                for line in range(FLOOD):
                    print(f"line {line}")
            case "undeclared-host":
                cx.get("elsewhere", "/people").purpose("curiosity").send()
            case "blurting":
                raise ValueError("the password is hunter2-of-mara.lind")
            case "breaking-out":
                return WorkerPage([Worker(f"refused-{way}", WorkerStatus.ACTIVE) for way in refused()])
        return WorkerPage()


# What the outside would be reached by. The modules are there; the system is not.
WAYS: dict[str, Callable[[], object]] = {
    "file": lambda: open("/etc/passwd"),  # noqa: SIM115
    "folder": lambda: os.listdir("/"),
    "environment": lambda: os.environ["PATH"],
    "process": lambda: subprocess.run(["/bin/true"], check=True),
    "socket": lambda: socket.create_connection(("169.254.169.254", 80)),
}


def refused() -> list[str]:
    """The ways that lead nowhere."""
    closed = []
    for way, attempt in WAYS.items():
        try:
            attempt()
        except (OSError, KeyError):
            closed.append(way)
    return closed
