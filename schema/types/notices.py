"""Notices ready to be shown, what people prefer, and how far an invitation got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from domain.invitations import InvitationKind
from domain.masking import mask_text
from domain.notices import (
    SOUND,
    TEMPLATES,
    URGENT,
    Language,
    NoticeKind,
    NoticePriority,
    NotificationChannel,
    Preferences,
    Template,
)
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.invitations import invitations_by_id, previews_of
from resolvers.reads.notifications import DeliveryStatus, DeliveryView, preferences_of
from resolvers.reads.participants import participants_by_id
from resolvers.reads.reviews import reviews_by_id
from schema.context import Info
from schema.fields import computed, field, output
from schema.ids import encode


@output()
class Notice:
    """An event as a person is told of it: show it where `channels` says, and nowhere when there are none."""

    kind: NoticeKind = field("What kind of news it is; preferences are set by it.")
    title: str = field("One line, in the person's language.")
    body: str = field("A sentence; what identifies a customer is masked in it.")
    priority: NoticePriority = field("How much it matters.")
    channels: list[NotificationChannel] = field(
        "Where to show it, by the person's preferences and quiet hours."
    )
    sound: bool = field("Whether it makes a sound.")
    link: str = field(
        "Where a click leads: `invitations/{id}`, `conversations/{id}`, or `inbox`; put your own address before it."
    )


@dataclass(frozen=True)
class Told:
    """What a notice's words are filled with, and where it leads."""

    link: str
    names: dict[str, str]
    urgent: bool = False


async def notice_of(event: Any, info: Info) -> Any:
    """Return the notice of an event for whoever reads it; None where there is nothing to tell them."""
    reason = getattr(event.facts, "reason", None)
    template = TEMPLATES.get(event.type) or TEMPLATES.get(f"{event.type}:{reason}")
    mine = event.actor.id == info.context.known.id  # nobody is told of what they did themselves
    told = await _told(event, info, template) if template and not mine else None
    if template is None or told is None:
        return None
    prefer: Preferences = await info.context.load(preferences_of, info.context.known.id)
    priority = URGENT if told.urgent else template.priority
    channels = prefer.channels(template.kind, priority, event.occurred_at)
    title, body = template.words(prefer.language, **told.names)
    return SimpleNamespace(
        kind=template.kind,
        title=title,
        body=body,
        priority=priority,
        channels=channels,
        sound=SOUND in channels,
        link=told.link,
    )


async def _told(event: Any, info: Info, template: Template) -> Told | None:
    facts = event.facts
    if not template.asks:
        named = getattr(facts, "conversation_id", None)
        return Told(f"conversations/{encode('Conversation', named)}" if named else "inbox", {})
    if hasattr(facts, "invitation_id"):
        return await _of_invitation(facts.invitation_id, info, template)
    if hasattr(facts, "review_id"):
        return await _of_review(facts.review_id, info)
    here = await _conversation_of(facts, info)
    if here is None:
        return None
    level = getattr(facts, "after", None)
    subject = mask_text(here.subject) if here.viewer_level else ""
    names = {"subject": subject, "level": level.name if level else ""}
    return Told(f"conversations/{encode('Conversation', here.id)}", names)


async def _conversation_of(facts: Any, info: Info) -> Any:
    id_ = getattr(facts, "conversation_id", None)
    if id_ is None:
        part_id = getattr(facts, "participant_id", None) or facts.primary_id
        part = await info.context.load(participants_by_id, part_id)
        id_ = part and part.conversation_id
    return id_ and await info.context.load(conversations_by_id, id_)


async def _of_invitation(id_: Any, info: Info, template: Template) -> Told | None:
    invitation = await info.context.load(invitations_by_id, id_)
    if invitation is None:
        return None
    me = info.context.known.id
    wanted = {
        invitation.inviter_id: template.to_inviter,
        invitation.invitee_id: template.to_invitee,
    }
    if not wanted.get(me):
        return None
    people = [
        await info.context.load(agents_by_id, agent_id)
        for agent_id in (invitation.inviter_id, invitation.invitee_id)
    ]
    names = dict(zip(("inviter", "invitee"), (person.name for person in people), strict=True))
    subject = await _subject(invitation, info)
    urgent = invitation.kind is InvitationKind.EMERGENCY and me == invitation.invitee_id
    return Told(f"invitations/{encode('Invitation', id_)}", {**names, "subject": subject}, urgent)


async def _of_review(id_: Any, info: Info) -> Told | None:
    """Tell how a review ended to whoever called the emergency, and to nobody else."""
    review = await info.context.load(reviews_by_id, id_)
    if review is None or review.settled_by_id is None or review.inviter_id != info.context.known.id:
        return None
    reviewer = await info.context.load(agents_by_id, review.settled_by_id)
    return Told("inbox", {"reviewer": reviewer.name, "verdict": review.verdict.name})


async def _subject(invitation: Any, info: Info) -> str:
    """Return what it is about, masked; of a final invitation only to those who take part."""
    preview = await info.context.load(previews_of, invitation.id)
    if preview is not None:
        return str(preview.subject)
    here = await info.context.load(conversations_by_id, invitation.conversation_id)
    return mask_text(here.subject) if here and here.viewer_level else ""


@output()
class NotificationRule:
    """By which channels one kind of notice comes."""

    kind: NoticeKind = field("Which notices.")
    channels: list[NotificationChannel] = field("Where they are shown; none means not at all.")


@output()
class QuietHours:
    """When only the tray tells of news, unless it is urgent."""

    start: str = field("From this time of the day, like `22:00`.")
    end: str = field("To this one, like `07:00`; over midnight where it is earlier.")
    time_zone: str = field("Whose clock, like `Asia/Shanghai`.")


@output(Preferences)
class NotificationPreferences:
    """How you want to be told."""

    language: Language = field("The language of your notices.")
    version: int = field("Give it as `expectedVersion` when you change them. 0 are the defaults.")

    @computed(list[NotificationRule])
    def rules(self: Any) -> Any:
        """For each kind of notice by which channels it comes."""
        return [
            SimpleNamespace(kind=kind, channels=[c for c in NotificationChannel if c in self.rules.get(kind, ())])
            for kind in NoticeKind
        ]  # fmt: skip

    @computed(QuietHours | None)
    def quiet_hours(self: Any) -> Any:
        """Your quiet hours, if you have any."""
        quiet = self.quiet
        return quiet and SimpleNamespace(
            start=quiet.start.isoformat("minutes"),
            end=quiet.end.isoformat("minutes"),
            time_zone=quiet.time_zone,
        )


@output(DeliveryView)
class Delivery:
    """How far an invitation got on one channel of one device."""

    device: str | None = field("The device, as its client named it; null before it reached any.")
    channel: NotificationChannel = field(
        "A channel that the invitee's settings and quiet hours let it through when it came."
    )
    status: DeliveryStatus = field("How far it got.")
    reached_at: datetime = field("When it got so far.")
