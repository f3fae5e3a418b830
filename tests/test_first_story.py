"""The shortest whole story: invite, hear of it live, accept, note, reply."""

from __future__ import annotations

from tests.documents import CUSTOMER_MESSAGES, INBOX, INTERNAL_NOTES, SEND_REPLY
from tests.service import Service, codes
from tests.steps import accept, conversation_id, invited, note


async def test_a_colleague_is_invited_hears_of_it_and_helps(service: Service) -> None:
    wang, lin, id_ = service.agent("wang"), service.agent("lin"), conversation_id(service)
    async with wang.listen(INBOX) as inbox, service.customer().listen(CUSTOMER_MESSAGES) as seen:
        assert (await inbox.event())["__typename"] == "InboxSnapshot"
        assert (await seen.event())["__typename"] == "CustomerConversationSnapshot"

        invitation = await invited(service, "lin", "wang", level="EDIT")
        assert (await inbox.event())["__typename"] == "InvitationCreated"

        payload = await accept(service, "wang", invitation)
        assert payload["participant"]["level"] == "EDIT"
        assert codes(payload) == []
        assert (await inbox.event())["__typename"] == "InvitationAccepted"

        async with lin.listen(INTERNAL_NOTES, id=id_) as notes:
            assert (await notes.event())["__typename"] == "NotesSnapshot"
            await note(service, "wang", "Look at the gateway first.")
            heard = await notes.event()
            assert heard["note"]["text"] == "Look at the gateway first."

        reply = await wang.run(SEND_REPLY, input={"conversationId": id_, "text": "We are on it."})
        assert reply["sendReply"]["errors"] == []
        assert (await seen.event())["message"] == {"author": "SERVICE", "text": "We are on it."}
