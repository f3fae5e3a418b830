"""A running demonstration, and somebody who does there what a page says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from graphql import OperationDefinitionNode, OperationType, parse
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from models.database import Database
from server.demo.listing import people
from server.tokens import sign

PERSON = re.compile(r"# As (\w+)")
PRESETS = """
query {
  conversations(where: {participating: true, classes: [URGENT]}, first: 1) {
    nodes { id cursor participants { nodes { id role agent { id } } } }
  }
}
"""
REPLY = "mutation ($input: SendReplyInput!) { sendReply(input: $input) { errors { code } } }"

# What stands for the id of what was found in a list.
LISTED = {"conversations": "CONVERSATION_ID", "onlineAgents": "AGENT_ID"}
KEPT = ("invitation", "participant", "note", "message", "collaboration")


def tokens_of(database_url: str, secret: str) -> dict[str, str]:
    """Return a token for each person of the demonstration."""

    async def listed() -> dict[str, str]:
        database = Database(database_url)
        try:
            found = await people(database)
        finally:
            await database.dispose()
        return {p.key: sign(secret, p.kind, p.id, p.conversation_id) for p in found}

    return asyncio.run(listed())


@dataclass
class Stage:
    """`ids` are what words like INVITATION_ID stand for: the latest of each kind that was told."""

    address: str
    tokens: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, person: str, document: str, variables: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[person]}"}
        asked = {"query": document, "variables": variables or {}}
        with httpx.Client(base_url=self.address, trust_env=False) as web:
            return web.post("/graphql", headers=headers, json=asked).json()

    def prepare(self) -> None:
        """Learn the ids of a conversation that lin leads, and of somebody who helps her there."""
        (conversation,) = self.ask("lin", PRESETS)["data"]["conversations"]["nodes"]
        helpers = [
            each for each in conversation["participants"]["nodes"] if each["role"] == "EXPERT"
        ]
        self.ids = {
            "CONVERSATION_ID": conversation["id"],
            "CURSOR": conversation["cursor"],
            "TOMORROW": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "PARTICIPANT_ID": helpers[0]["id"],
            "PARTICIPANT_AGENT_ID": helpers[0]["agent"]["id"],
        }

    def play(self, document: str, variables: str) -> Any:
        """Run a document of a page as the person it names, and remember what was told."""
        person = PERSON.search(document)
        assert person, f"nobody is named who sends it:\n{document}"
        given = self._filled(json.loads(variables))
        (operation,) = parse(document).definitions
        assert isinstance(operation, OperationDefinitionNode)
        streamed = operation.operation is OperationType.SUBSCRIPTION
        answer = (self._hear if streamed else self.ask)(person[1], document, given)
        self._remember(answer.get("data"))
        return answer

    def _filled(self, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: self._filled(value) for name, value in given.items()}
        if isinstance(given, list):
            return [self._filled(value) for value in given]
        named = isinstance(given, str) and re.fullmatch(r"[A-Z_]+_ID|CURSOR|TOMORROW", given)
        return self.ids[given] if named else given

    def _remember(self, told: Any) -> None:
        for name, value in walked(told):
            if name in LISTED and value.get("nodes"):
                self.ids[LISTED[name]] = value["nodes"][0]["id"]
            elif name in KEPT and "id" in value:
                self.ids[f"{name.upper()}_ID"] = value["id"]
            if isinstance(value.get("cursor"), str):
                self.ids["CURSOR"] = value["cursor"]

    def _hear(self, person: str, document: str, given: dict[str, Any]) -> Any:
        """Return the first event. After a cursor nothing comes until something happens."""
        url = f"{self.address.replace('http', 'ws', 1)}/graphql"
        protocols = [Subprotocol("graphql-transport-ws")]
        with connect(url, subprotocols=protocols, proxy=None) as socket:
            token = {"Authorization": f"Bearer {self.tokens[person]}"}
            socket.send(json.dumps({"type": "connection_init", "payload": token}))
            assert json.loads(socket.recv(10))["type"] == "connection_ack"
            asked = {"query": document, "variables": given}
            socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            if given.get("after"):
                self.happen()
            message = json.loads(socket.recv(10))
            assert message["type"] == "next", message
            return message["payload"]

    def happen(self) -> None:
        """Let something happen in the conversation."""
        said = {"conversationId": self.ids["CONVERSATION_ID"], "text": "One moment."}
        answer = self.ask("lin", REPLY, {"input": said})
        assert answer["data"]["sendReply"]["errors"] == [], answer


def walked(told: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of an answer with the name it stands under."""
    if isinstance(told, dict):
        yield name, told
        for key, value in told.items():
            yield from walked(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from walked(value, name)


def refusals(answer: Any) -> list[Any]:
    """Return every error of an answer, at the top or in a payload."""
    return [error for _, value in walked(answer) for error in value.get("errors") or []]
