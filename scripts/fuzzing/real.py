"""What really exists in the server under test: ids by kind and cursors by list, read as a client reads them."""

from __future__ import annotations

import json
import os
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

READ = """
query Everything {
  departments(first: 20) { edges { cursor node { id } } }
  skills(first: 50) { edges { cursor node { id } } }
  onlineAgents(first: 20) { edges { cursor node { id } } }
  myInvitations(first: 50) { edges { cursor node { id } } }
  conversations(first: 20) {
    edges {
      cursor
      node {
        id
        viewerCan { invite }
        customer { id }
        collaboration { id }
        participants(first: 10, includeFormer: true) { edges { cursor node { id } } }
        invitations(first: 10) { edges { cursor node { id } } }
        messages(last: 5) { edges { cursor node { id } } }
        notes(last: 5) { edges { cursor node { id } } }
        events(last: 5) { edges { cursor } }
      }
    }
  }
}
"""
OPENED = 12
OPEN = """openConversation(input: {
  customer: {new: {externalId: "%s", displayName: "Somebody"}}, subject: "Help", firstMessage: "Hello"
}) { conversation { id } errors { code } }"""
INVITE = """inviteAgents(input: {
  conversationId: "%s", background: "Two heads are better.",
  invitees: [{target: {agentId: "%s"}, role: EXPERT}, {target: {agentId: "%s"}, role: OBSERVER}]
}) { errors { code } }"""
NOTE = """postNote(input: {conversationId: "%s", text: "Look here."}) { note { id } errors { code } }"""
KINDS = {
    "departments": "Department",
    "skills": "Skill",
    "onlineAgents": "Agent",
    "myInvitations": "Invitation",
    "conversations": "Conversation",
    "customer": "Customer",
    "collaboration": "Collaboration",
    "participants": "Participant",
    "invitations": "Invitation",
    "messages": "Message",
    "notes": "Note",
}


class Real:
    """`ids` by kind, `cursors` by the field whose list they are of; both in the order they were met.

    `led` are the conversations in which the asker may do most.
    """

    def __init__(self, found: Any) -> None:
        self.ids: defaultdict[str, list[str]] = defaultdict(list)
        self.cursors: defaultdict[str, list[str]] = defaultdict(list)
        self.led: list[str] = []
        for field, item in _items(found):
            if item.get("node", item).get("viewerCan", {}).get("invite"):
                self.led.append(item["node"]["id"])
            if "cursor" in item:
                self.cursors[field].append(item["cursor"])
            if id_ := item.get("node", item).get("id"):
                self.ids[KINDS[field]].append(id_)

    @property
    def every_id(self) -> list[str]:
        return [id_ for ids in self.ids.values() for id_ in ids]


def _items(value: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    """Yield edges and single objects, each with the field that it was found under."""
    if isinstance(value, list):
        for each in value:
            yield from _items(each, field)
    elif isinstance(value, dict):
        if "cursor" in value or (field in KINDS and "id" in value):
            yield field, value
        for name, inner in value.items():
            yield from _items(inner, {"edges": field, "node": ""}.get(name, name))


class Server:
    """The server under test, as one agent uses it."""

    def __init__(self, address: str, token: str) -> None:
        self.address = f"{address}/graphql"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def run(self, document: str) -> Any:
        body = json.dumps({"query": document}).encode()
        request = urllib.request.Request(self.address, body, self.headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            answer = json.load(reply)
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        return answer["data"]

    def furnish(self) -> None:
        """Open conversations and invite into them, so that there is something to leave and to close."""
        opened = self.run(_each(OPEN, range(OPENED)))
        agents = Real(self.run(READ)).ids["Agent"]
        ids = [payload["conversation"]["id"] for payload in opened.values()]
        self.run(_each(INVITE, [(id_, *agents[n : n + 2]) for n, id_ in enumerate(ids)]))
        self.run(_each(NOTE, ids))

    def real(self) -> Real:
        return Real(self.run(READ))


def _each(mutation: str, values: Iterable[Any]) -> str:
    """Return a document that runs a mutation once for each value."""
    runs = [f"m{n}: {mutation % value}" for n, value in enumerate(values)]
    return f"mutation {{ {' '.join(runs)} }}"


def from_environment() -> Real:
    server = Server(os.environ["HUDDLE_URL"], os.environ["TOKEN_AGENT"])
    server.furnish()
    return server.real()
