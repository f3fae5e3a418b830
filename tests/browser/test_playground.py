"""The playground, played in Chromium: quick, quiet, in two tabs and two languages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
from playwright.sync_api import Route, expect

from server.playground import story
from tests.browser.server import Server
from tests.browser.tab import Tab

NewTab = Callable[[], Tab]
INVITE = """
mutation ($conversation: ID!, $somebody: ID!) {
  inviteAgents(input: {conversationId: $conversation, invitees: [{target: {agentId: $somebody}}]}) {
    results { invitation { id } errors { code message } }
    errors { code message }
  }
}
"""
FIND = """
query {
  conversations(where: {statuses: [OPEN], classes: [URGENT], participating: true}, first: 1) { nodes { id } }
  onlineAgents(where: {text: "Wang Zhiyuan"}, first: 1) { nodes { id } } }
"""


def test_it_loads_quickly_and_asks_nobody_else(
    new_tab: NewTab, server: Server, record_property: Callable[[str, object], None]
) -> None:
    tab = new_tab()
    tab.visit()
    took = tab.page.evaluate("performance.now()")
    record_property("ms until the playground is there", round(took))
    expect(tab.page.locator(".switcher option:checked")).to_have_text(
        "林晓 (lin) · agent · technology"
    )
    assert server.address in tab.page.url


def test_lin_invites_while_wang_listens_in_another_tab(new_tab: NewTab) -> None:
    wang, lin = new_tab().visit("wang"), new_tab().visit("lin")
    assert wang.play("Inbox")["data"]["inbox"]["__typename"] == "InboxSnapshot"
    sent = lin.play("InviteAgents")["data"]["inviteAgents"]["results"][0]["invitation"]
    event = wang.wait_until_shown(sent["id"])["data"]["inbox"]
    assert (event["__typename"], event["invitation"]["id"]) == ("InvitationCreated", sent["id"])
    expect(wang.link).to_have_text("live · 2 events")
    accepted = wang.play("AcceptInvitation")["data"]["acceptInvitation"]
    assert accepted["invitation"] == accepted["invitation"] | {
        "id": sent["id"],
        "status": "ACCEPTED",
    }
    assert lin.page.locator(".switcher select").input_value() == "lin"
    assert "token" not in lin.page.url


def test_a_stream_resumes_where_its_connection_was_lost(new_tab: NewTab, server: Server) -> None:
    tab, another = new_tab().visit("wang"), Server(server.folder)
    tab.play("Inbox")
    another.start()
    try:
        server.stop()
        expect(tab.link).to_contain_text("connection lost")
        missed = invite(another)
        server.start()
        event = tab.wait_until_shown(missed)["data"]["inbox"]
    finally:
        another.stop()
    assert event["__typename"] == "InvitationCreated"
    expect(tab.link).to_have_text("live again, nothing missed · 2 events")
    lost = [each for each in tab.complaints if "WebSocket connection" in each]
    tab.complaints = [each for each in tab.complaints if each not in lost]


def test_the_story_plays_from_top_to_bottom(new_tab: NewTab) -> None:
    """Each step finds what the steps before it have left; nothing is done behind the page."""
    tab = new_tab().visit()
    for step in (step for chapter in story()["chapters"] for step in chapter["steps"]):
        operation, title = step["operation"], step["title"]["en"]
        answer = tab.play(operation, title)
        assert "errors" not in answer, (title, answer)
        assert tab.refusals == [], (title, answer)
        assert tab.page.locator(".missing").count() == 0, title


def test_another_person_is_one_choice_away(new_tab: NewTab) -> None:
    tab = new_tab().visit("zhao")
    assert tab.play("Viewer")["data"]["viewer"]["agent"]["name"] == "赵敏华"
    tab.be("mei")
    assert tab.run()["data"]["viewer"]["agent"]["name"] == "梅雪"
    tab.page.reload()
    tab.step("Viewer").wait_for()
    assert tab.page.locator(".switcher select").input_value() == "mei"


def test_changing_the_person_ends_the_stream_of_the_former(new_tab: NewTab) -> None:
    tab = new_tab().visit("wang")
    tab.play("Inbox")
    tab.be("lin")
    expect(tab.link).to_contain_text("ended")


def test_a_refusal_is_readable(new_tab: NewTab) -> None:
    tab = new_tab().visit("customer")
    tab.play("Viewer")
    (told,) = tab.refusals
    assert told.startswith("Refused FORBIDDEN ")
    tab.play("InviteAgents")
    tab.play("InviteAgents")
    (told,) = tab.refusals
    assert told.startswith("Refused DUPLICATE_INVITATION ")
    assert len(told.split()) > 5


def test_what_is_not_there_to_fill_in_is_told(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    tab.open("DeclineInvitation")
    expect(tab.page.locator(".missing")).to_contain_text("an invitation that waits for you")


def test_directives_are_shown_in_the_docs(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    tab.page.click('[aria-label="Show Documentation Explorer"]')
    tab.page.click(".graphiql-doc-explorer-type-name >> text=Query")
    tab.page.click(".graphiql-doc-explorer-field-name >> text=onlineAgents")
    shown = tab.page.locator(".graphiql-doc-explorer-directive").all_inner_texts()
    assert "@requires(audience: [AGENT], right: FIND_AGENTS)" in shown


def test_the_explorer_and_the_dialogs_work_under_the_policy(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    for name in ("Open settings dialog", "Open short keys dialog"):
        tab.page.click(f'[aria-label="{name}"]')
        tab.page.locator(".graphiql-dialog").wait_for()
        tab.page.keyboard.press("Escape")
    tab.page.click('[aria-label="Show GraphiQL Explorer"]')
    tab.page.locator(".graphiql-explorer-root, .docExplorerWrap").first.wait_for()


def test_where_no_people_are_told_a_token_is_pasted(new_tab: NewTab, server: Server) -> None:
    tab = new_tab()

    def nobody(route: Route) -> None:
        route.fulfill(json={"people": []})

    tab.page.route("**/people.json", nobody)
    tab.visit()
    said = tab.page.locator(".switcher .found")
    for token, found in [
        ("none at all", "The service does not accept this token"),
        (tokens(server)["customer"], "No agent’s token: a customer’s or a host system’s"),
        (f"Bearer {tokens(server)['wang']}", "This token is of 王志远"),
    ]:
        tab.page.fill(".switcher input", token)
        tab.page.click(".switcher button")
        expect(said).to_have_text(found)
    assert tab.play("Viewer")["data"]["viewer"]["agent"]["name"] == "王志远"
    tab.complaints = [each for each in tab.complaints if "401" not in each]


def test_it_speaks_two_languages_and_remembers_which(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    tab.play("InviteAgents")
    picture(tab, "en")
    tab.page.click("button.language")
    expect(tab.page.locator(".story h2")).to_have_text("故事")
    expect(tab.page.locator(".graphiql-editor-tools")).to_contain_text("变量")
    picture(tab, "zh")
    tab.page.reload()
    expect(tab.page.locator(".story h2")).to_have_text("故事")
    assert tab.page.get_attribute("html", "lang") == "zh"
    tab.page.click('[aria-label="打开设置窗口"]')
    expect(tab.page.locator(".graphiql-dialog")).to_contain_text("调整界面外观。")
    tab.page.keyboard.press("Escape")
    tab.page.click("button.language")
    tab.page.locator('[aria-label="Open settings dialog"]').wait_for()
    expect(tab.page.locator(".graphiql-editor-tools")).to_contain_text("Variables")


def test_a_shortcut_begins_an_invitation(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    tab.page.click('[aria-label="Show Documentation Explorer"]')
    tab.page.click(".query-editor .CodeMirror, .graphiql-query-editor .CodeMirror")
    tab.page.keyboard.press("Control+i")
    expect(tab.page.locator(".graphiql-query-editor")).to_contain_text("mutation InviteAgents")
    assert tab.run()["data"]["inviteAgents"]["results"][0]["invitation"]["status"] == "PENDING"


def test_a_service_that_is_away_is_told_in_a_sentence(new_tab: NewTab, server: Server) -> None:
    tab = new_tab().visit()
    tab.open("Viewer")
    server.stop()
    answer = tab.run()
    assert answer == {"errors": [{"message": "The service cannot be reached. Is it running?"}]}
    assert tab.refusals == ["No answer The service cannot be reached. Is it running?"]
    tab.complaints = [each for each in tab.complaints if "ERR_CONNECTION_REFUSED" not in each]


def test_in_the_dark_it_is_dark(new_tab: NewTab) -> None:
    tab = new_tab().visit()
    tab.page.emulate_media(color_scheme="dark")
    expect(tab.page.locator(".bar")).to_have_css("background-color", "rgb(30, 41, 59)")
    expect(tab.page.locator(".story")).to_have_css("color", "rgb(241, 245, 249)")
    tab.page.click('[aria-label="Open settings dialog"]')
    tab.page.click("text=Light")
    expect(tab.page.locator(".bar")).to_have_css("background-color", "rgb(248, 250, 252)")


def picture(tab: Tab, language: str) -> None:
    """Take a picture for the documentation, where one is wanted."""
    if folder := os.environ.get("PICTURES"):
        tab.page.mouse.move(0, 0)
        tab.page.screenshot(path=Path(folder) / f"playground-{language}.png")


def tokens(server: Server) -> dict[str, str]:
    told = httpx.get(f"{server.address}/playground/people.json", trust_env=False).json()
    return {person["key"]: person["token"] for person in told["people"]}


def ask(server: Server, person: str, query: str, **variables: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {tokens(server)[person]}"}
    body = {"query": query, "variables": variables}
    url = f"{server.address}/graphql"
    reply = httpx.post(url, json=body, headers=headers, trust_env=False, timeout=20)
    answer: dict[str, Any] = orjson.loads(reply.content)
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def invite(server: Server) -> str:
    """Let lin invite Wang into her busiest conversation, and return the invitation."""
    found = ask(server, "lin", FIND)
    (conversation,), (wang,) = found["conversations"]["nodes"], found["onlineAgents"]["nodes"]
    sent = ask(server, "lin", INVITE, conversation=conversation["id"], somebody=wang["id"])
    invitation: str = sent["inviteAgents"]["results"][0]["invitation"]["id"]
    return invitation
