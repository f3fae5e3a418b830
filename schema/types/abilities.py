"""What the viewer may do in a conversation now, so that a UI can grey a button."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

from domain.actors import Actor
from domain.conversations import ConversationStatus
from domain.permissions import Permission, permissions_of
from resolvers.reads.conversations import ConversationView
from schema.fields import field, output


@output()
class ConversationAbilities:
    """What you may do in the conversation now, so that a UI can grey a button."""

    view: bool = field("Read messages, people and events.")
    read_notes: bool = field("Read internal notes.")
    write_notes: bool = field("Write internal notes.")
    reply_to_customer: bool = field("Reply to the customer.")
    operate: bool = field("Move on to the next stage of the service.")
    invite: bool = field("Invite colleagues.")
    adjust_permission: bool = field("Adjust the levels of those below you.")
    remove_participant: bool = field("Remove those below you.")
    transfer_primary: bool = field("Hand over or offer the primary role.")
    appoint_delegate: bool = field("Let somebody lead for you until a time.")
    end_delegation: bool = field("Let the primary role return before its time.")
    take_over: bool = field("Take the lead: you oversee the conversation.")
    leave: bool = field("Leave: everybody but the primary can, and who gets the role back.")
    pause: bool = field("Put it on hold.")
    resume: bool = field("End its hold.")
    close: bool = field("End the collaboration, and close the conversation.")


def abilities(view: ConversationView, actor: Actor) -> SimpleNamespace:
    held = permissions_of(view.viewer_level)
    going_on = view.status is not ConversationStatus.CLOSED
    on_hold = view.status is ConversationStatus.ON_HOLD
    talking = going_on and not on_hold
    changes = {
        "write_notes": Permission.WRITE_NOTES,
        "operate": Permission.OPERATE,
        "invite": Permission.INVITE,
        "adjust_permission": Permission.ADJUST_PERMISSION,
        "remove_participant": Permission.REMOVE_PARTICIPANT,
        "close": Permission.CLOSE,
    }
    leads = going_on and Permission.TRANSFER_PRIMARY in held
    delegated = view.principal_id is not None
    one_of_two = delegated and actor.id in (view.principal_id, view.delegate_id)
    return SimpleNamespace(
        view=Permission.VIEW_CONVERSATION in held,
        read_notes=Permission.READ_NOTES in held,
        reply_to_customer=talking and Permission.REPLY_TO_CUSTOMER in held,
        pause=talking and Permission.PAUSE in held,
        resume=on_hold and Permission.PAUSE in held,
        transfer_primary=leads and not delegated,
        appoint_delegate=leads and not delegated,
        end_delegation=going_on and one_of_two,
        take_over=going_on and not leads and _oversees(actor, view.department_id),
        leave=going_on
        and bool(held)
        and (actor.id == view.delegate_id or not leads)
        and actor.id != view.principal_id,
        **{name: going_on and permission in held for name, permission in changes.items()},
    )


def _oversees(actor: Actor, department_id: UUID) -> bool:
    return actor.is_admin or department_id in actor.supervised
