"""A component has no system: time and randomness are the run's, the rest is an
exception that says what to do."""

from tests.component import Component


class System(Component):
    def test_every_clock_is_the_runs(self) -> None:
        seen, _ = self.check(
            "return AccountInfo(warnings=[str(one) for one in ("
            "time.time(), time.time_ns(), time.monotonic(), time.localtime().tm_hour, time.strftime('%H:%M'), time.ctime(),"
            "datetime.datetime.now().isoformat(), datetime.datetime.now(datetime.timezone.utc).isoformat(),"
            "datetime.datetime.utcnow().isoformat(), datetime.datetime.today().isoformat(), datetime.date.today(),"
            "cx.now.isoformat(), cx.today, datetime.datetime.strptime('2024-01-02', '%Y-%m-%d').date())])",
            before="import time, datetime",
        )
        self.assertEqual(
            seen["warnings"],
            [
                "1772356500.25",
                "1772356500250000000",
                "1772356500.25",
                "9",
                "09:15",
                "Sun Mar  1 09:15:00 2026",
            ]
            + ["2026-03-01T09:15:00.250000", "2026-03-01T09:15:00.250000+00:00"]
            + ["2026-03-01T09:15:00.250000"] * 2
            + ["2026-03-01", "2026-03-01T09:15:00.250000+00:00", "2026-03-01", "2024-01-02"],
        )

    def test_randomness_is_the_same_in_each_call_of_a_run(self) -> None:
        code = """
import os, random, secrets, uuid
from rollcall_sdk import *
class Author(Connector):
    def check(self, cx):
        draws = (random.random(), random.Random().random(), random.SystemRandom().random(), os.urandom(4), uuid.uuid4(),
                 secrets.token_hex(4))
        return AccountInfo(warnings=[str(one) for one in draws])
    def workers(self, cx, cursor): return WorkerPage()
"""
        (first, second), _ = self.play(code, "[ask('check')['warnings'], ask('check')['warnings']]")
        self.assertEqual(first, second)
        self.assertEqual(len(set(first)), 6)
        (again, _), _ = self.play(code, "[ask('check')['warnings'], ask('check')['warnings']]")
        self.assertEqual(again, first)
        other, _ = self.play(code, "ask('check')['warnings']", run="run-8")
        self.assertTrue(set(other).isdisjoint(first))

    def test_what_a_component_does_not_have(self) -> None:
        for body, kind, message in [
            ("import wave", "LateImport", "`wave` is imported while the connector runs"),
            ("open('/etc/passwd')", "NotHere", "`open`: a component has no files"),
            ("os.listdir('/')", "NotHere", "`os.listdir`: a component has no files"),
            ("os.stat('/')", "NotHere", "`os.stat`: a component has no files"),
            ("os.getpid()", "NotHere", "`os.getpid`: a component has no"),
            ("os._exit(0)", "NotHere", "`os._exit`: a component has no"),
            ("input()", "RuntimeError", "lost sys.stdin"),
            ("time.sleep(1)", "NotHere", "a connector does not wait"),
            ("socket.socket()", "NotHere", "`socket.__new__`"),
        ]:
            result, _ = self.check(body, before="import os, socket, time")
            self.assertRegex(result["Failure_Bug"]["value"], f"^{kind}: .*{message}")

    def test_the_builders_environment_stays_behind(self) -> None:
        seen, _ = self.check("return AccountInfo(warnings=list(os.environ))", before="import os")
        self.assertEqual(seen["warnings"], [])

    def test_there_is_no_clock_and_no_randomness_while_it_is_built(self) -> None:
        for drawn in ("time.time()", "datetime.datetime.now()", "datetime.date.today()", "uuid.uuid4()"):
            code = f"""
import datetime, time, uuid
from rollcall_sdk import *
try:
    {drawn}
    why = "nothing was raised"
except OSError as error:
    why = str(error)
class Author(Connector):
    def check(self, cx): return AccountInfo(name=why)
    def workers(self, cx, cursor): return WorkerPage()
"""
            seen, _ = self.play(code)
            self.assertRegex(seen["name"], "while a component is built", drawn)
