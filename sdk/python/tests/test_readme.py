"""The README's connector is one, and its test passes."""

from __future__ import annotations

import re
import sys
import types
import unittest
from pathlib import Path
from typing import Any

from rollcall_sdk import Connector, GroupPage, InvalidResponse, WorkerStatus
from rollcall_sdk.testing import Provider, get

README = Path(__file__).resolve().parents[1] / "README.md"


def load() -> types.ModuleType:
    """The blocks of the README, as one module."""
    blocks = re.findall("(?ms)^```python\n(.*?)^```", README.read_text(encoding="utf-8"))
    module = types.ModuleType("readme")
    sys.modules[module.__name__] = module
    exec("\n".join(blocks), module.__dict__)  # noqa: S102
    return module


class Readme(unittest.TestCase):
    def setUp(self) -> None:
        self.module: Any = load()
        self.acme: Connector = self.module.Acme()

    def test_its_test_passes(self) -> None:
        outcome = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(self.module.People).run(outcome)
        self.assertEqual((outcome.testsRun, outcome.failures, outcome.errors), (1, [], []))

    def test_a_person(self) -> None:
        person = {
            "id": 7,
            "state": "Left",
            "email": "ada@example.com",
            "hours": "38,5",
            "hiredOn": "2020-02-01T00:00:00Z",
            "leftOn": "2026-01-14",
            "manager": {"id": "1"},
            "extraFields": [{"name": "badge", "value": 5}, {"name": "shoe", "value": 9}, "x"],
        }
        page = get("api", "/v1/people").query("limit", 100).query("offset", 0).auth("token")
        with Provider().wants("custom.badge").on(page.json({"people": [person], "total": 1})) as provider:
            (worker,) = self.acme.workers(provider.context(self.acme), None).workers
        self.assertEqual(
            (worker.id, worker.status, worker.user_name), ("7", WorkerStatus.TERMINATED, "ada@example.com")
        )
        employment = worker.employment
        self.assertEqual(
            (employment.fte, employment.start_date, employment.manager_id), (0.9625, "2020-02-01", "1")
        )
        self.assertEqual([(one.name, one.value) for one in worker.custom], [("badge", 5.0)])

    def test_what_is_not_as_promised(self) -> None:
        for body, why in [
            ({"people": [{}]}, "a person has no `id`"),
            ({"total": 0}, "people: expected a list, found nothing"),
        ]:
            page = get("api", "/v1/people").query("limit", 100).query("offset", 0).auth("token")
            with Provider().on(page.json(body)) as provider, self.assertRaisesRegex(InvalidResponse, why):
                self.acme.workers(provider.context(self.acme), None)

    def test_departments(self) -> None:
        first = (
            get("api", "/v1/departments")
            .auth("token")
            .json({"departments": [{"id": 1, "name": "A"}], "next_cursor": "n"})
        )
        gone = get("api", "/v1/departments").query("cursor", "n").auth("token").answer(404, "", b"")
        with Provider().on(first, gone) as provider:
            cx = provider.context(self.acme)
            page = self.acme.groups(cx, None)
            self.assertEqual([group.id for group in page.groups], ["1"])
            self.assertEqual(self.acme.groups(cx, page.next), GroupPage())
