"""What is asked: the four documents, and the variables of the n-th request of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from benchmarks.requests.seed import Plan, named
from domain.actors import ActorKind
from schema.ids import encode
from server.tokens import sign

SECRET = "a secret for measurements only, long enough"
Variables = dict[str, Any]

ONLINE_AGENTS = """
query ColleaguesToInvite($departments: [ID!], $skills: [ID!], $conversation: ID!, $first: Int!) {
  onlineAgents(where: {departmentIds: $departments, skillIds: $skills}, availableFor: $conversation, first: $first) {
    nodes {
      id name title presence
      department { id name }
      skills { level skill { id name } }
      load { collaborations capacity primaryConversations }
      eligibility { canInvite kind approvalNeeded reasons { code message } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CONVERSATION = """
query AtWork($id: ID!) {
  conversation(id: $id) {
    id subject status version viewerLevel
    participants { nodes { id role level joinedAt agent { id name presence } } }
    invitations(statuses: [PENDING]) { nodes { id status role expiresAt inviter { id name } invitee { id name } } }
    notes(last: 20) { nodes { id kind text version postedAt editedAt author { id name } } }
  }
}
"""
INVITE = """
mutation Invite($input: InviteAgentsInput!) {
  inviteAgents(input: $input) {
    results { invitation { id status kind role level expiresAt } errors { code message } }
    errors { code message }
  }
}
"""
ACCEPT = """
mutation Accept($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    invitation { id status }
    participant { id role level joinedAt }
    errors { code message }
  }
}
"""


def _online_agents(plan: Plan, number: int) -> tuple[UUID, Variables]:
    talk = number % plan.conversations
    department = talk % plan.agents // 100
    return plan.colleague(talk, 0), {
        "departments": [encode("Department", named("department", department))],
        "skills": [encode("Skill", named("skill", 0))],
        "conversation": encode("Conversation", named("talk", talk)),
        "first": 50,
    }


def _conversation(plan: Plan, number: int) -> tuple[UUID, Variables]:
    talk = number % plan.conversations
    return plan.colleague(talk, 0), {"id": encode("Conversation", named("talk", talk))}


def _invite(plan: Plan, number: int) -> tuple[UUID, Variables]:
    invitee = {
        "target": {"agentId": encode("Agent", _able(plan, number))},
        "role": "EXPERT",
    }
    return plan.colleague(number, 0), {
        "input": {
            "conversationId": encode("Conversation", named("inviting", number)),
            "invitees": [invitee],
            "background": "The customer asks when the money comes back.",
            "idempotencyKey": f"invite-{number}",
        }
    }


def _accept(plan: Plan, number: int) -> tuple[UUID, Variables]:
    invitation = encode("Invitation", named("accepting/invitation/1", number))
    given = {"invitationId": invitation, "idempotencyKey": f"accept-{number}"}
    return plan.colleague(number, 1), {"input": given}


def _able(plan: Plan, number: int) -> UUID:
    """Return a colleague who is connected and can be disturbed: not every agent is."""
    from benchmarks.requests.seed import IN_DEPARTMENT, PRESENCES

    department, place = divmod(number % plan.agents, IN_DEPARTMENT)
    others = (department * IN_DEPARTMENT + (place + n) % IN_DEPARTMENT for n in range(1, 100))
    last = len(PRESENCES) - 1
    return named("agent", next(n for n in others if n % 20 and n * 7 % len(PRESENCES) != last))


@dataclass(frozen=True)
class Work:
    """`variables` gives the n-th request's asker and variables; a mutation needs another one each time."""

    name: str
    phrase: str
    document: str
    variables: Callable[[Plan, int], tuple[UUID, Variables]]
    changes: bool = False

    def request(self, plan: Plan, number: int) -> bytes:
        """Return the HTTP request, head and body."""
        asker, variables = self.variables(plan, number)
        body = orjson.dumps({"query": self.document, "variables": variables})
        return (
            b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Accept: application/json\r\nAuthorization: Bearer %b\r\nContent-Length: %d\r\n\r\n%b"
            % (token(asker).encode(), len(body), body)
        )


@cache
def token(agent_id: UUID) -> str:
    return sign(SECRET, ActorKind.AGENT, agent_id, ttl=timedelta(hours=12))


WORK = {
    work.name: work
    for work in (
        Work("Q1", "50 colleagues and whether each can be invited", ONLINE_AGENTS, _online_agents),
        Work("Q2", "a conversation with people, invitations, notes", CONVERSATION, _conversation),
        Work("M1", "invite a colleague", INVITE, _invite, changes=True),
        Work("M2", "accept an invitation", ACCEPT, _accept, changes=True),
    )
}
