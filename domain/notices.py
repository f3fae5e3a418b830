"""What somebody is told of, in which words, and by which channels: tables, and what a person prefers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidInput


class NoticeKind(StrEnum):
    INVITATION = "INVITATION"
    ANSWER = "ANSWER"
    PART = "PART"
    LEVEL = "LEVEL"
    CONVERSATION = "CONVERSATION"
    ALARM = "ALARM"


class NotificationChannel(StrEnum):
    DESKTOP = "DESKTOP"
    SOUND = "SOUND"
    TRAY = "TRAY"


class NoticePriority(IntEnum):
    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4


class Language(StrEnum):
    EN = "EN"
    ZH = "ZH"


DESKTOP, SOUND, TRAY = NotificationChannel
LOW, NORMAL, HIGH, URGENT = NoticePriority
EN, ZH = Language


@dataclass(frozen=True)
class Template:
    """A notice in every language; `to_inviter` and `to_invitee` say which side of an invitation it is for."""

    kind: NoticeKind
    priority: NoticePriority
    en: tuple[str, str]
    zh: tuple[str, str]
    to_inviter: bool = True
    to_invitee: bool = True

    @property
    def asks(self) -> bool:
        """Whether its words name somebody or something."""
        return any("{" in each for each in (*self.en, *self.zh))

    def words(self, language: Language, **names: str) -> tuple[str, str]:
        title, body = self.zh if language is ZH else self.en
        return title.format(**names), body.format(**names)


INVITATION, ANSWER, PART, LEVEL, CONVERSATION, ALARM = NoticeKind
# By the event's name. {subject} is masked; whoever has left is told nothing of what they can no longer read.
TEMPLATES = {
    "InvitationCreated": Template(
        *(INVITATION, HIGH),
        en=("{inviter} asks for your help", "{subject}"),
        zh=("{inviter} 邀请您协作", "{subject}"),
        to_inviter=False,
    ),
    "InvitationReminded": Template(
        *(INVITATION, HIGH),
        en=("{inviter} is still waiting for you", "{subject}"),
        zh=("{inviter} 仍在等您答复", "{subject}"),
        to_inviter=False,
    ),
    "InvitationAccepted": Template(
        *(ANSWER, NORMAL),
        en=("{invitee} joins you", "{subject}"),
        zh=("{invitee} 已加入", "{subject}"),
        to_invitee=False,
    ),
    "InvitationDeclined": Template(
        *(ANSWER, HIGH),
        en=("{invitee} cannot help now", "Ask somebody else: {subject}"),
        zh=("{invitee} 婉拒了邀请", "请另选同事：{subject}"),
        to_invitee=False,
    ),
    "InvitationExpired": Template(
        *(ANSWER, HIGH),
        en=("{invitee} did not answer", "Ask somebody else: {subject}"),
        zh=("{invitee} 未答复邀请", "请另选同事：{subject}"),
        to_invitee=False,
    ),
    "InvitationDeferred": Template(
        *(ANSWER, NORMAL),
        en=("{invitee} answers later", "{subject}"),
        zh=("{invitee} 稍后答复", "{subject}"),
        to_invitee=False,
    ),
    "InvitationApproved": Template(
        *(ANSWER, LOW),
        en=("{invitee} may help you", "The invitation is approved and sent: {subject}"),
        zh=("邀请 {invitee} 已获批准", "邀请已发出：{subject}"),
        to_invitee=False,
    ),
    "InvitationRejected": Template(
        *(ANSWER, HIGH),
        en=("{invitee} was not approved", "Ask somebody else: {subject}"),
        zh=("邀请 {invitee} 未获批准", "请另选同事：{subject}"),
        to_invitee=False,
    ),
    "ApprovalRequested": Template(
        *(INVITATION, HIGH),
        en=("Your approval is needed", "Somebody asks for one of your people."),
        zh=("请您审批", "有同事申请您部门的人员协作。"),
    ),
    "AuthorizationRequested": Template(
        *(INVITATION, HIGH),
        en=("Your authorisation is needed", "A colleague is about to do something sensitive."),
        zh=("请您授权", "有同事申请执行敏感操作。"),
    ),
    "EmergencyReviewOpened": Template(
        *(INVITATION, HIGH),
        en=("An emergency waits for your review", "Somebody has called people past approval: say whether it was right."),
        zh=("请复核紧急邀请", "有同事以紧急情况跳过审批邀请人员，请确认是否合理。"),
    ),
    "EmergencyReviewSettled": Template(
        *(ANSWER, NORMAL),
        en=("Your emergency was reviewed", "{reviewer} found it {verdict}: the comment says more."),
        zh=("您的紧急邀请已复核", "{reviewer} 的结论：{verdict}，详见说明。"),
        to_invitee=False,
    ),
    "InvitationRevoked": Template(
        *(INVITATION, LOW),
        en=("No longer needed", "{inviter} has taken the invitation back. Thank you all the same."),
        zh=("无需再协作", "{inviter} 已撤回邀请，谢谢。"),
        to_inviter=False,
    ),
    "InvitationCanceled": Template(
        *(INVITATION, LOW),
        en=("No longer needed", "The invitation of {inviter} has ended by itself."),
        zh=("无需再协作", "{inviter} 的邀请已自动取消。"),
    ),
    "ParticipantIdle": Template(
        *(PART, HIGH),
        en=("Are you still there?", "You will be taken out of the conversation soon: {subject}"),
        zh=("您还在吗？", "您即将被移出会话：{subject}"),
    ),
    "ParticipantLeft:REMOVED": Template(
        *(PART, NORMAL),
        en=("Thank you for your help", "You have been taken out of a conversation; nothing is left to do."),
        zh=("感谢您的协助", "您已被移出会话，无需再处理。"),
    ),
    "ParticipantLeft:IDLE_TIMEOUT": Template(
        *(PART, NORMAL),
        en=("Thank you for your help", "You were quiet for a while, so you have been taken out. Ask to be invited again."),
        zh=("感谢您的协助", "您较长时间未参与，已被移出会话；如需继续，请同事再次邀请。"),
    ),
    "ParticipantLeft:PERIOD_ENDED": Template(
        *(PART, LOW),
        en=("Thank you for your help", "Your part in a conversation has ended as agreed."),
        zh=("感谢您的协助", "您在会话中的协作已按约定结束。"),
    ),
    "PermissionAdjusted": Template(
        *(LEVEL, NORMAL),
        en=("Your level is now {level}", "{subject}"),
        zh=("您的权限已调整为 {level}", "{subject}"),
    ),
    "PermissionReverted": Template(
        *(LEVEL, NORMAL),
        en=("Your level is {level} again", "{subject}"),
        zh=("您的权限已恢复为 {level}", "{subject}"),
    ),
    "PrimaryTransferred": Template(
        *(PART, HIGH),
        en=("The primary role changed hands", "{subject}"),
        zh=("会话主责已移交", "{subject}"),
    ),
    "PrimaryOffered": Template(
        *(PART, HIGH),
        en=("You are asked to lead a conversation", "Accept or decline it; until then its primary stays."),
        zh=("请您接手会话主责", "请接受或谢绝；在此之前由原主责继续。"),
    ),
    "DelegationBegan": Template(
        *(PART, HIGH),
        en=("You lead a conversation for a while", "The role returns by itself."),
        zh=("您暂代会话主责", "到时会自动交还。"),
    ),
    "CustomerReplyTargetMissed": Template(
        *(ALARM, HIGH),
        en=("The customer is still waiting", "Reply, or say that you are looking into it: {subject}"),
        zh=("客户仍在等待回复", "请回复客户，或先告知进展：{subject}"),
    ),
    "SupervisorCalled": Template(
        *(ALARM, URGENT),
        en=("A customer waits", "Nobody present can lead the conversation: take it over."),
        zh=("客户正在等待", "会话中无人可以主责，请接管。"),
    ),
    "ConversationClosed": Template(
        *(CONVERSATION, LOW),
        en=("A conversation was closed", "Nothing is left to do in it."),
        zh=("会话已关闭", "无需再处理。"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, over midnight where it ends before it starts."""

    start: time
    end: time
    time_zone: str

    def hold(self, now: datetime) -> bool:
        here = now.astimezone(ZoneInfo(self.time_zone)).time()
        if self.start <= self.end:
            return self.start <= here < self.end
        return here >= self.start or here < self.end


def quiet_hours(start: str, end: str, time_zone: str) -> QuietHours:
    """Read quiet hours, or refuse what is no time of a day, no time zone, or no time in between."""
    path = ["input", "quietHours"]
    try:
        ZoneInfo(time_zone)
        quiet = QuietHours(_minute(start), _minute(end), time_zone)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise InvalidInput(
            "Quiet hours are like 22:00 to 07:00 in a time zone like Asia/Shanghai.", path=path
        ) from error
    if quiet.start == quiet.end:
        raise InvalidInput(
            "Quiet hours end at another time than they start; leave a minute for a whole day.",
            path=[*path, "end"],
        )
    return quiet


MINUTE = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _minute(text: str) -> time:
    """Read a time of the day, written like 22:00; whose clock it is says the time zone."""
    if not MINUTE.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


ALL = frozenset(NotificationChannel)
USUAL = {
    INVITATION: ALL,
    ANSWER: ALL - {SOUND},
    PART: ALL,
    LEVEL: ALL - {SOUND},
    CONVERSATION: frozenset({TRAY}),
    ALARM: ALL,
}


@dataclass(frozen=True)
class Preferences:
    """What a person wants to be told of by which channel. Version 0 are the defaults."""

    rules: Mapping[NoticeKind, frozenset[NotificationChannel]] = field(
        default_factory=lambda: dict(USUAL)
    )
    quiet: QuietHours | None = None
    language: Language = EN
    version: int = 0

    def channels(
        self, kind: NoticeKind, priority: NoticePriority, now: datetime
    ) -> list[NotificationChannel]:
        """Return where to show a notice; in quiet hours the tray alone, unless it is urgent."""
        quiet = self.quiet is not None and priority is not URGENT and self.quiet.hold(now)
        allowed = self.rules.get(kind, USUAL[kind]) & ({TRAY} if quiet else ALL)
        return [channel for channel in NotificationChannel if channel in allowed]
