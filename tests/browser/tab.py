"""A tab of the browser with the playground in it, and what a person does there."""

from __future__ import annotations

import time
from typing import Any

import orjson
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

from tests.browser.server import Server

PATIENCE_SECONDS = 20.0
RESPONSE = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"


class Tab:
    """`complaints` are errors and warnings of the console, `foreign` what was asked of anybody but the server."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.server.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def visit(self, person: str | None = None) -> Tab:
        self.page.goto(self.server.address)
        self.step("Viewer").wait_for()
        if person:
            self.be(person)
        return self

    def be(self, person: str) -> None:
        self.page.select_option(".switcher select", person)

    def step(self, operation: str, title: str = "") -> Locator:
        """Return the operation's first step in the story, or the one with a title."""
        steps = self.page.locator(f'.step[data-operation="{operation}"]')
        titled = self.page.get_by_text(title, exact=True)
        return steps.filter(has=titled) if title else steps.first

    def open(self, operation: str, title: str = "") -> None:
        """Choose a step of the story, and wait until its document and variables are there."""
        step = self.step(operation, title)
        step.click()
        step.and_(self.page.locator('.step.opened[aria-busy="false"]')).wait_for()

    def run(self) -> dict[str, Any]:
        """Run what the editors hold, and return the answer or the first event."""
        self.page.click(".graphiql-execute-button")
        return self.wait_until_shown("{")

    def shown(self) -> dict[str, Any]:
        answer: dict[str, Any] = orjson.loads(self.page.evaluate(RESPONSE))
        return answer

    def wait_until_shown(self, text: str) -> dict[str, Any]:
        """Wait for a text in the response; the policy forbids to do it by a script in the page."""
        end = time.monotonic() + PATIENCE_SECONDS
        while text not in self.page.evaluate(RESPONSE):
            assert time.monotonic() < end, f"{text} did not come: {self.page.evaluate(RESPONSE)}"
            self.page.wait_for_timeout(20)
        return self.shown()

    def play(self, operation: str, title: str = "") -> dict[str, Any]:
        self.open(operation, title)
        return self.run()

    @property
    def refusals(self) -> list[str]:
        return self.page.locator(".refusal").all_inner_texts()

    @property
    def link(self) -> Locator:
        return self.page.locator(".outcome .link")
