"""Fixtures of a browser: a server with the demo, and tabs that may complain of nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.server import Server, prepare
from tests.browser.tab import Tab

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests have measured."""
    for report in terminalreporter.stats.get("passed", []):
        for name, figure in report.user_properties:
            terminalreporter.write_line(f"{name}: {figure}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    prepare(folder)
    return folder


@pytest.fixture
def server(demo: Path, tmp_path: Path) -> Iterator[Server]:
    """A server whose demo nobody has touched."""
    server = Server(Path(shutil.copytree(demo, tmp_path / "served")))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def new_tab(context: BrowserContext, server: Server) -> Iterator[Callable[[], Tab]]:
    tabs: list[Tab] = []

    def new() -> Tab:
        tabs.append(Tab(context, server))
        return tabs[-1]

    yield new
    for tab in tabs:
        assert tab.foreign == []
        assert tab.complaints == []
