"""Every code block of the README and of docs/ is run, or is here with the reason why not."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it has no types
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate

from server.settings import Settings, settings
from tests.docs.blocks import ROOT, Block, blocks, pages
from tests.docs.shapes import unlike
from tests.docs.shell import Shell, answers
from tests.docs.stage import Stage, refusals

pytestmark = pytest.mark.one_database  # nothing here depends on which

# Page, words of the block, and why it is not run here.
NOT_RUN = [
    ("README.md", "make test", "it makes .venv and serves for ever; the rest of the page runs beside the same server"),
    ("getting-started.md", "make run", "the same"),
    ("README.md", "domain/         WHAT", "a drawing of the folders; test_translation holds it against them"),
    ("deployment.md", "scripts/install", "it makes .venv, which this runs in; scripts/check begins with it"),
    ("deployment.md", "pip install", "scripts/wheel, a step of scripts/check, does the same and serves with it"),
    ("deployment.md", "huddle migrate", "test_deployment runs the page's commands on PostgreSQL"),
    ("deployment.md", "huddle serve\n", "test_deployment"),
    ("deployment.md", "huddle serve --workers", "tests/cli/test_workers.py serves so"),
    ("deployment.md", "pg_dump", "test_deployment"),
    ("deployment.md", "$ huddle doctor", "test_deployment holds it against what is printed on PostgreSQL"),
    ("deployment.md", "postgresql.conf", "test_deployment holds it against the settings of a PostgreSQL"),
    *(
        ("contract-testing.md", words, "tests/contract/test_page.py runs the page in a folder of its own")
        for words in ("schema --diff", "type Agent", "huddle mock", ":8001/graphql", "pytest_plugins", "def test_lin")
    ),
    ("deployment.md", '"event": "request"', "test_deployment holds it against a line of the log"),
]  # fmt: skip

# Page, words of a block that goes on for ever, and what it prints at last before it is ended.
ENDLESS = [
    ("README.md", "curl -N", "InboxSnapshot"),
    ("README.md", "websockets.sync", "InboxSnapshot"),
    ("getting-started.md", "curl -N", "InboxSnapshot"),
    ("subscriptions.md", "curl -N", "InboxSnapshot"),
    ("subscriptions.md", "def follow(handle)", "InboxSnapshot"),
]

# The languages of blocks that are run elsewhere altogether.
ELSEWHERE = {
    "ts": "scripts/conformance compiles and runs them: conformance/tools/docs.mjs",
}

# The Chinese README has the blocks of the English one: test_translation.
# The last two send home whom the others need.
LAST = ["getting-started.md", "README.md"]
RUN = sorted(
    (page for page in pages() if page.name != "README.zh.md"),
    key=lambda page: (page.name in LAST, LAST.index(page.name) if page.name in LAST else page.name),
)


@pytest.fixture(scope="session")
def published() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


class Reader:
    """Somebody who goes through a page and does what its blocks say. `told` is the latest answer."""

    def __init__(self, shell: Shell, stage: Stage, published: GraphQLSchema) -> None:
        self.shell = shell
        self.stage = stage
        self.published = published
        self.waiting: str | None = None
        self.told: Any = None
        self.readers: dict[str, Callable[[Block], None]] = {
            "sh": self._sh,
            "console": self._console,
            "python": self._python,
            "graphql": self._graphql,
            "json": self._json,
            "ini": _ini,
            "nginx": _nginx,
            "yaml": _yaml,
        }

    def read(self, page: Path) -> None:
        self.shell.forget()
        for block in [block for block in blocks(page) if not is_elsewhere(block)]:
            assert block.language in self.readers, f"{block.place}: how is {block.language} run?"
            if block.language != "json":
                self._send()
            try:
                self.readers[block.language](block)
            except Exception as problem:
                problem.add_note(f"in the block at {block.place}")
                raise
        self._send()

    def _local(self, text: str) -> str:
        """Put this server and this person's token into what a page says."""
        here = text.replace("127.0.0.1:8000", self.stage.address.removeprefix("http://"))
        return here.replace('"TOKEN"', json.dumps(self.stage.tokens["lin"]))

    def _sh(self, block: Block) -> None:
        if sign := sign_of(block):
            self.shell.block_until(self._local(block.text), sign)
            return
        for answer in answers(self.shell.run(self._local(block.text))):
            assert refusals(answer) == [], answer
            self.told = answer

    def _console(self, block: Block) -> None:
        """A command after `$`, and below what it prints."""
        command, *shown = block.text.splitlines()
        printed = self.shell.run(command.removeprefix("$ ")).splitlines()
        for line in shown:
            assert any(like(line, each) for each in printed), (line, printed)

    def _python(self, block: Block) -> None:
        program = self.shell.folder / "program.py"
        program.write_text(self._local(block.text), encoding="utf-8")
        if sign := sign_of(block):
            self.shell.until([sys.executable, str(program)], sign)
        else:
            self.shell.run(f"{sys.executable} {program}")

    def _graphql(self, block: Block) -> None:
        """Keep the document until its variables have been read."""
        document = parse(block.text)
        assert validate(self.published, document) == []
        (operation,) = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        self.waiting, self.told = block.text, None
        if not operation.variable_definitions:
            self._send()

    def _send(self, variables: str = "{}") -> None:
        if self.waiting is not None:
            self.told, self.waiting = self.stage.play(self.waiting, variables), None

    def _json(self, block: Block) -> None:
        """A block after a document is its variables; the next one, or one after a command, the answer."""
        example = json.loads(block.text)
        if self.waiting is not None:
            self._send(block.text)
        elif self.told is not None:
            assert (difference := unlike(example, self.told)) is None, difference
            self.told = None


def like(shown: str, printed: str) -> bool:
    """Tell whether a line is printed as it is shown, but for numbers and what `...` stands for."""
    pattern = re.sub(r"[0-9a-f]+\\\.\\\.\\\.|\d+", r"\\S+", re.escape(shown))
    return re.fullmatch(pattern, printed) is not None


def _ini(block: Block) -> None:
    """Lines of settings are settings, and fit together."""
    read_settings(block)


def read_settings(block: Block) -> Settings:
    pairs = [line.partition("=") for line in block.text.splitlines() if line.strip()]
    given = {name: value for name, _, value in pairs}
    known = (ROOT / "server/settings.py").read_text(encoding="utf-8")
    for name in given:
        assert f'"{name.removeprefix("HUDDLE_")}"' in known, f"{name} is no setting"
    chosen = settings(given)
    chosen.check_to_serve()
    return chosen


def _nginx(block: Block) -> None:
    """Every line opens a block, closes one, or is a directive; every block is closed."""
    depth = 0
    for line in filter(None, map(str.strip, block.text.splitlines())):
        assert line[-1] in "{};", f"not a line of nginx: {line}"
        depth += line.endswith("{") - (line == "}")
        assert depth >= 0, "more is closed than was opened"
    assert depth == 0, "something is not closed"


def _yaml(block: Block) -> None:
    yaml.safe_load(block.text)


def is_elsewhere(block: Block) -> bool:
    listed = any(block.has(page, words) for page, words, _ in NOT_RUN)
    return listed or block.language in ELSEWHERE


def sign_of(block: Block) -> str | None:
    return next((sign for page, words, sign in ENDLESS if block.has(page, words)), None)


def test_every_block_does_what_its_page_says(
    shell: Shell, stage: Stage, published: GraphQLSchema
) -> None:
    """One server for all pages, which come one after the other."""
    reader = Reader(shell, stage, published)
    for page in RUN:
        reader.read(page)


def test_a_page_begins_and_ends_its_blocks_as_they_are_found() -> None:
    """Indented or unclosed fences would be overlooked."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        assert text.count("```") == 2 * len(blocks(page)), page.name


@pytest.mark.parametrize(
    "exempt", [*NOT_RUN, *ENDLESS], ids=lambda exempt: f"{exempt[0]}-{exempt[1]}"
)
def test_what_is_exempt_is_one_block(exempt: tuple[str, str, str]) -> None:
    page, words, _ = exempt
    found = [block for path in pages() for block in blocks(path) if block.has(page, words)]
    assert len(found) == 1


def test_nothing_is_left_to_a_check_that_is_not_there() -> None:
    for reason in ELSEWHERE.values():
        assert (ROOT / reason.rpartition(" ")[2]).exists()
    assert os.access(ROOT / "scripts/wheel", os.X_OK)
