"""What goes over the border, and what becomes of exceptions."""

from tests.component import Component

FAILURES = [
    ("AuthFailed('w')", {"Failure_AuthFailed": {"value": "w"}}),
    ("PermissionMissing('p')", {"Failure_PermissionMissing": {"value": "p"}}),
    ("RateLimited(30)", {"Failure_RateLimited": {"value": 30}}),
    ("RateLimited()", {"Failure_RateLimited": {"value": None}}),
    ("Upstream(503)", {"Failure_Upstream": {"value": 503}}),
    ("InvalidResponse('i')", {"Failure_InvalidResponse": {"value": "i"}}),
    ("BadSetting('k', 'y')", {"Failure_BadSetting": {"value": {"key": "k", "why": "y"}}}),
    ("FetchFailed('f')", {"Failure_FetchFailed": {"value": "f"}}),
    ("CheckpointExpired", {"Failure_CheckpointExpired": {}}),
]

RECORDS = """
import datetime
from rollcall_sdk import *
class Author(Connector):
    def check(self, cx): return AccountInfo("n", "i", ["w"])
    def discover(self, cx): return [AttributeDefinition("n", "l", AttributeKind.TEXTS, ["o"])]
    def groups(self, cx, cursor):
        return GroupPage([Group(GroupKind.ORG_UNIT, "1", "n", "p", "d")], ["2"], next=cursor, checkpoint="c", total=3)
    def memberships(self, cx, cursor):
        return MembershipPage([Membership.worker("g", "w")], [Membership.group("g", "h")], checkpoint=["ü", 1])
    def workers(self, cx, cursor):
        values = ["t", 1, 1.5, True, datetime.date(2020, 8, 31), datetime.datetime(2020, 8, 31, 9), ["a", "b"]]
        return WorkerPage([Worker(
            "1", WorkerStatus.ON_LEAVE, "u", Name("g", honorific_suffix="s"), Contact("e"), Employment(fte=1, is_manager=False),
            Organization(company=Unit("c"), teams=[Unit(name="t")]), Address(country="DE"),
            [CustomAttribute("n", value) for value in values], updated_at="x",
        )])
"""


class Border(Component):
    def test_records(self) -> None:
        asked = "[ask('check'), ask('discover'), ask('pull_groups', b'[1]'), ask('pull_groups', None), "
        asked += "ask('pull_memberships', None), ask('pull_workers', None)]"
        (account, attributes, middle, last, members, people), _ = self.play(RECORDS, asked)
        self.assertEqual(account, {"name": "n", "id": "i", "warnings": ["w"]})
        self.assertEqual(attributes, [{"name": "n", "label": "l", "kind": "TEXTS", "options": ["o"]}])
        group = {"id": "1", "name": "n", "kind": "ORG_UNIT", "parent_id": "p", "description": "d"}
        self.assertEqual((middle["groups"], middle["deleted"], middle["total"]), ([group], ["2"], 3))
        # A page that is not the last loses its checkpoint.
        self.assertEqual((middle["next"], middle["checkpoint"]), ("[1]", None))
        self.assertEqual((last["next"], last["checkpoint"]), (None, '"c"'))
        self.assertEqual(
            members["memberships"], [{"group_id": "g", "member": {"Member_Worker": {"value": "w"}}}]
        )
        self.assertEqual(members["deleted"], [{"group_id": "g", "member": {"Member_Group": {"value": "h"}}}])
        self.assertEqual(members["checkpoint"], '["ü",1]')
        (worker,) = people["workers"]
        self.assertEqual((worker["id"], worker["status"], worker["user_name"]), ("1", "ON_LEAVE", "u"))
        self.assertEqual((worker["name"]["given"], worker["name"]["honorific_suffix"]), ("g", "s"))
        self.assertEqual((worker["employment"]["fte"], worker["employment"]["is_manager"]), (1.0, False))
        self.assertEqual(worker["organization"]["company"], {"id": "c", "name": None})
        self.assertEqual(worker["organization"]["teams"], [{"id": None, "name": "t"}])
        self.assertEqual((worker["address"]["country"], worker["updated_at"]), ("DE", "x"))
        values = [one["value"] for one in worker["custom"]]
        kinds = ["Text", "Number", "Number", "Boolean", "Date", "Date", "Texts"]
        self.assertEqual([list(value) for value in values], [[f"Value_{kind}"] for kind in kinds])
        self.assertEqual([value["Value_Date"]["value"] for value in values[4:6]], ["2020-08-31"] * 2)

    def test_a_failure_goes_over_as_it_is(self) -> None:
        for raised, expected in FAILURES:
            result, lines = self.check(f"raise {raised}")
            self.assertEqual((result, lines), (expected, []), raised)

    def test_a_bug_is_told_with_its_name_message_and_line(self) -> None:
        for body, kind, message in [
            ("{}['id']", "KeyError", "'id' "),
            ("raise SystemExit(3)", "SystemExit", "3 "),
            ("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded"),
            ("raise RuntimeError", "RuntimeError", ""),
            ("raise Upstream('503')", "WrongValue", "expected a whole number, found a text "),
            ("raise Upstream(-1)", "WrongValue", "expected a number from 0 to 65535 "),
            (
                "raise Failure('x')",
                "WrongValue",
                "expected a kind of failure that the contract has, found Failure ",
            ),
        ]:
            result, lines = self.check(body)
            value = result["Failure_Bug"]["value"]
            self.assertTrue(value.startswith(f"{kind}: {message}" if message else f"{kind} "), value)
            self.assertRegex(value, r"\(.*:\d+\)$")
            ((level, line),) = lines
            self.assertEqual(level, "error")
            # The message may hold somebody's data.
            self.assertRegex(line, rf"^exception at .*:\d+: {kind}$")

    def test_a_value_of_a_wrong_type_names_its_place(self) -> None:
        for returned, place in [
            ("AccountInfo(name=7)", "name: expected a text, found a number"),
            ("AccountInfo(id=False)", "id: expected a text, found a boolean"),
            ("AccountInfo(warnings='w')", "warnings: expected a list, found a text"),
            ("AccountInfo(warnings=['a', None])", r"warnings\[1\]: expected a text, found null"),
            (r"AccountInfo(name='\ud800')", "name: a text has half a character"),
            ("WorkerPage()", "expected a AccountInfo, found WorkerPage"),
            ("None", "expected a AccountInfo, found null"),
        ]:
            result, _ = self.check(f"return {returned}")
            self.assertRegex(result["Failure_Bug"]["value"], f"^WrongValue: {place} ")

    def test_a_wrong_value_deep_within(self) -> None:
        code = RECORDS.replace('Unit(name="t")', "Unit(name='t'), Unit(7)")
        result, _ = self.play(code, "ask('pull_workers', None)")
        place = "workers[0].organization.teams[1].id: expected a text, found a number"
        self.assertTrue(result["Failure_Bug"]["value"].startswith(f"WrongValue: {place} "), result)
        for total in ("-1", "1 << 64", "True", "1.0"):
            result, _ = self.play(RECORDS.replace("total=3", f"total={total}"), "ask('pull_groups', None)")
            self.assertIn("WrongValue: total: expected a", result["Failure_Bug"]["value"])

    def test_a_damaged_cursor_and_an_expired_checkpoint(self) -> None:
        result, _ = self.play(RECORDS, "ask('pull_groups', b'{')")
        damaged = "the cursor is damaged, or of another version"
        self.assertEqual(result, {"Failure_InvalidResponse": {"value": damaged}})
        code = RECORDS.replace('return AccountInfo("n"', "return AccountInfo(str(cx.changes_since())")
        self.assertEqual(self.play(code, changes=b'["a"]')[0]["name"], "['a']")
        self.assertEqual(self.play(code, changes=b"\xff")[0], {"Failure_CheckpointExpired": {}})
        self.assertEqual(self.play(code)[0]["name"], "None")

    def test_the_run(self) -> None:
        seen, _ = self.check(
            "run = cx.run\n"
            "return AccountInfo(warnings=[run.id, str(run.now_ms), run.settings['key'], str(run.flattened), str(run.page_size)])"
        )
        self.assertEqual(seen["warnings"], ["run-7", "1772356500250", "value", "True", "50"])

    def test_what_is_no_connector_is_refused_while_it_is_built(self) -> None:
        for author, why in [
            ("class Author: pass", "has to be a class that extends rollcall_sdk.Connector"),
            ("Author = 7", "has to be a class that extends rollcall_sdk.Connector"),
            ("from rollcall_sdk import Connector as Author", "`Connector` lacks check, workers"),
        ]:
            code = f"{author}\ntry: serve(Author)\nexcept TypeError as error: why = str(error)\n"
            code += "from rollcall_sdk import *\nclass Author(Connector):\n"
            code += (
                "    def check(self, cx): return AccountInfo(why)\n    def workers(self, cx, cursor): pass\n"
            )
            result, _ = self.play(code)
            self.assertIn(why, result["name"])


class Requests(Component):
    CODE = """
http.fetch = fetch = lambda request: sent.append(request) or answers.pop(0)
http.fetch_all = lambda requests: [sent.append(one) or answers.pop(0) for one in requests]
sent, answers = [], []
def answer(value):
    if isinstance(value, Err): raise value
    return value
http.fetch = lambda request: answer(fetch(request))
from rollcall_sdk import *
class Author(Connector):
    def check(self, cx):
        call = cx.get("api", "/x").query("k", 1).header("h", "v").auth("s").purpose("p")
        return AccountInfo(call.send().body.decode())
    def workers(self, cx, cursor):
        found = cx.fetch_all([cx.follow("api", "https://h/n").purpose("p"), cx.post("api", "/y").body("t", b"z").purpose("q")])
        return WorkerPage([Worker(repr(one), WorkerStatus.ACTIVE) for one in found if isinstance(one, Failure)])
"""

    def test_one(self) -> None:
        code = self.CODE + "answers.append(http.Response(200, [], b'ok'))\n"
        (result, request), _ = self.play(code, "[ask('check'), plain(sent[0])]")
        self.assertEqual(result["name"], "ok")
        self.assertEqual(request["target"], {"Target_Path": {"value": "/x"}})
        self.assertEqual((request["method"], request["host"], request["body"]), ("GET", "api", None))
        self.assertEqual((request["query"], request["headers"]), ([["k", "1"]], [["h", "v"]]))
        self.assertEqual((request["credential"], request["purpose"]), ("s", "p"))

    def test_each_way_to_fail(self) -> None:
        for error, expected in [
            ("Denied('w')", {"Failure_FetchFailed": {"value": "denied: w"}}),
            ("Budget('w')", {"Failure_FetchFailed": {"value": "limit reached: w"}}),
            ("Timeout()", {"Failure_FetchFailed": {"value": "timeout"}}),
            ("Transport('w')", {"Failure_FetchFailed": {"value": "w"}}),
            ("SignIn('w')", {"Failure_AuthFailed": {"value": "w"}}),
        ]:
            result, _ = self.play(self.CODE + f"answers.append(Err(http.FetchError_{error}))\n")
            self.assertEqual(result, expected)

    def test_several(self) -> None:
        code = self.CODE + "answers += [Ok(http.Response(200, [], b'')), Err(http.FetchError_Timeout())]\n"
        (page, link, post), _ = self.play(code, "[ask('pull_workers', None), plain(sent[0]), plain(sent[1])]")
        self.assertEqual([worker["id"] for worker in page["workers"]], ["FetchFailed('timeout')"])
        self.assertEqual(link["target"], {"Target_NextLink": {"value": "https://h/n"}})
        self.assertEqual(
            (post["method"], post["body"], post["headers"]), ("POST", "z", [["content-type", "t"]])
        )


class Output(Component):
    def test_what_the_language_prints_is_a_line_of_the_log(self) -> None:
        _, lines = self.check(
            "log.debug('d'); log.info('i'); log.warn('w'); log.error('e')\n"
            "print('Zoë', 1, True)\n"
            "print('two\\nlines', file=sys.stderr)\n"
            "logging.getLogger('acme').debug('%s', 1)\n"
            "logging.getLogger('acme').error('2')\n"
            "warnings.warn('careful')\n"
            "log.info('half \\ud800')\n"
            "print('begun', end='')\n"
            "return AccountInfo()",
            before="import logging, sys, warnings",
        )
        self.assertEqual(
            [line for line in lines if "careful" not in line[1]],
            [
                ["debug", "d"],
                ["info", "i"],
                ["warn", "w"],
                ["error", "e"],
                ["info", "Zoë 1 True"],
                ["warn", "two"],
                ["warn", "lines"],
                ["debug", "acme: 1"],
                ["error", "acme: 2"],
                ["info", "half ?"],
                ["info", "begun"],
            ],
        )
        self.assertRegex(lines[9][1], ":.*: UserWarning: careful$")

    def test_what_a_module_sets_up_for_itself(self) -> None:
        before = "import logging, sys\nout = sys.stdout\nlogging.basicConfig(level=logging.ERROR)\n"
        before += "logging.getLogger('own').addHandler(logging.StreamHandler())\nprint('while it is built')"
        body = "print('p', file=out)\nlogging.info('i')\nlogging.getLogger('own').error('e')\nreturn AccountInfo()"
        _, lines = self.check(body, before)
        self.assertEqual(lines, [["info", "p"], ["info", "root: i"], ["warn", "e"], ["error", "own: e"]])

    def test_a_traceback_does_without_the_source(self) -> None:
        _, lines = self.check(
            "try: 1 / 0\nexcept ArithmeticError: logging.exception('broken')\nreturn AccountInfo()",
            before="import logging",
        )
        ((level, text),) = lines
        self.assertEqual(level, "error")
        self.assertRegex(text, "(?s)^root: broken\nTraceback .*ZeroDivisionError: division by zero$")
