"""The enums of messages."""

from __future__ import annotations

from domain.conversations import (
    NoteKind,
    NoteTopic,
)
from schema.enums.publishing import publish

publish(
    NoteKind,
    "What an internal note is for.",
    DISCUSSION="Talk among colleagues.",
    GUIDANCE="Advice to a colleague: wording, process, technique.",
    REMARK="A remark on the conversation.",
    REMINDER="Something not to forget.",
    HIGHLIGHT="A key point.",
    KNOWLEDGE="Something worth keeping: a document, a solution.",
)
publish(
    NoteTopic,
    "What guidance teaches.",
    WORDING="How to say it: phrases, technique, calming.",
    PROCESS="How it is done: norms, tools, steps.",
    CUSTOMER="Who the customer is: needs, analysis, keeping them.",
    CONTINGENCY="What to do when the unexpected happens: sudden events, complaints, crises.",
)
