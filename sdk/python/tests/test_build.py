"""From a project to a component, and what is refused on the way."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from rollcall_sdk.build.__main__ import check
from rollcall_sdk.build.component import imports
from rollcall_sdk.build.project import Project, Refused, read

SDK = Path(__file__).resolve().parents[1]
PREAMBLE = b"\0asm\x0d\0\x01\0"


def component(*names: str, kind: int = 5) -> bytes:
    """One that imports these."""
    entries = b"".join(bytes([0, len(name)]) + name.encode() + bytes([kind, 0]) for name in names)
    section = bytes([len(names)]) + entries
    # Another section before it, of a size that takes two bytes.
    return PREAMBLE + bytes([0, 0x81, 0x01]) + bytes(129) + bytes([10, len(section)]) + section


class Imports(unittest.TestCase):
    def test_names_are_read(self) -> None:
        self.assertEqual(imports(component("a:b/c@1.0.0", "d:e/f@0.2.0")), ["a:b/c@1.0.0", "d:e/f@0.2.0"])
        self.assertEqual(imports(PREAMBLE), [])

    def test_what_is_no_component(self) -> None:
        whole = component("a:b/c")
        for data, why in [
            (b"", "no component"),
            (b"\0asm\x01\0\0\0", "no component"),
            (whole[:-1], "middle of a section"),
            (PREAMBLE + b"\x0a\x80", "middle of a number"),
            (component("f", kind=1), "`f` is not an interface"),
        ]:
            with self.assertRaisesRegex(ValueError, why):
                imports(data)

    def test_only_what_hosts_offer(self) -> None:
        check(component(*(f"rollcall:connector/{name}@1.0.0" for name in ("types", "http", "log"))))
        for foreign in (
            "wasi:cli/stdout@0.2.6",
            "rollcall:connector/files@1.0.0",
            "rollcall:connector/http@2.0.0",
        ):
            with self.assertRaisesRegex(Refused, f"no host offers: {foreign}"):
                check(component("rollcall:connector/http@1.0.0", foreign))
        with self.assertRaisesRegex(Refused, "not an interface"):
            check(component("f", kind=1))


class Projects(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, text: str) -> None:
        (self.folder / "pyproject.toml").write_text(text, encoding="utf-8")

    def test_modules_lie_in_the_folder_or_in_src_and_vendor(self) -> None:
        self.write('[tool.rollcall]\nconnector = "acme.people:Acme"')
        self.assertEqual(read(self.folder), Project("acme.people", "Acme", (self.folder,)))
        (self.folder / "src").mkdir()
        (self.folder / "vendor").mkdir()
        self.assertEqual(read(self.folder).paths, (self.folder / "src", self.folder / "vendor"))

    def test_what_is_refused(self) -> None:
        with self.assertRaisesRegex(Refused, "is not there; give the folder of a connector"):
            read(self.folder)
        for text in ("", "tool = 1", "[tool.rollcall]", "[tool.rollcall]\nconnector = 1"):
            self.write(text)
            with self.assertRaisesRegex(Refused, "has to say"):
                read(self.folder)
        for name in ("acme", "acme:", ":Acme", "acme:A; import os", "a-b:C", "a:B.c", "1a:B"):
            self.write(f'[tool.rollcall]\nconnector = "{name}"')
            with self.assertRaisesRegex(Refused, "has to say"):
                read(self.folder)
        self.write("[")
        with self.assertRaisesRegex(Refused, "is not valid"):
            read(self.folder)

    def test_code_for_a_processor(self) -> None:
        self.write('[tool.rollcall]\nconnector = "acme:Acme"')
        (self.folder / "vendor" / "fast").mkdir(parents=True)
        (self.folder / "vendor" / "fast" / "_speedups.cpython-314-x86_64-linux-gnu.so").touch()
        with self.assertRaisesRegex(Refused, "_speedups.*use a version of the library that is Python alone"):
            read(self.folder)


ACME = """
import greeting
from rollcall_sdk import AccountInfo, Connector, Context, Json, WorkerPage

class Acme(Connector):
    def check(self, cx: Context) -> AccountInfo:
        return AccountInfo(greeting.WORD)

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        return WorkerPage()
"""


class Command(unittest.TestCase):
    """The whole command, with the compiler."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "vendor").mkdir()
        (self.folder / "pyproject.toml").write_text('[tool.rollcall]\nconnector = "acme:Acme"')
        (self.folder / "acme.py").write_text(ACME)
        self.out = self.folder / "acme.wasm"

    def build(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "rollcall_sdk.build", str(self.folder), str(self.out)]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=SDK)

    def test_a_component_with_what_it_depends_on(self) -> None:
        (self.folder / "vendor" / "greeting.py").write_text('WORD = "hello"')
        done = self.build()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        expected = [f"rollcall:connector/{name}@1.0.0" for name in ("http", "log", "types")]
        self.assertEqual(sorted(imports(self.out.read_bytes())), expected)
        # Beside Python itself, which is 18 MB.
        self.assertLess(self.out.stat().st_size, 24_000_000)

    def test_a_connector_that_cannot_be_imported(self) -> None:
        # What is installed on this machine does not come along.
        (self.folder / "acme.py").write_text("import pip\n" + ACME)
        done = self.build()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(
            done.stderr,
            "(?s)^error: the component cannot be made:.*acme.py.*No module named 'pip'",
        )
        self.assertNotIn("Stack backtrace", done.stderr)
        self.assertEqual([file.name for file in self.folder.glob("*.wasm*")], [])
