"""A trainer and several phones in browsers: a session from its opening to its end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alliances.dashboards.room.store import FOLDER
from tests.browser.chromium import free_port, served
from tests.browser.look import faults_of

NAMES = ("Ana", "Ben", "Cem", "Dee", "Eli")
PHONE = {"width": 390, "height": 844}
# Until the page says so, there are no sockets: what a firewall between phone and server does.
NO_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('blocked'); } };"


class Server:
    """A server that can be ended and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.stack = ExitStack()
        self.start()

    def start(self) -> None:
        self.address, _ = self.stack.enter_context(
            served(port=self.port, **{FOLDER: str(self.folder)})
        )

    def restart(self) -> None:
        self.stack.close()
        self.start()


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    found = Server(tmp_path / "rooms")
    yield found
    found.stack.close()


def open_room(server: Server, visitor: Callable[..., Page]) -> tuple[Page, str]:
    """Return the trainer's page and the room's code."""
    trainer = visitor(server.address, viewport={"width": 1440, "height": 900})
    trainer.goto(f"{server.address}/room/lead")
    trainer.get_by_label("Title that people see").fill("Tuesday")
    trainer.get_by_role("button", name="Open the room").click()
    return trainer, trainer.locator(".code").inner_text()


def join(server: Server, visitor: Callable[..., Page], code: str, name: str, **options) -> Page:
    """Return the page of somebody who has joined."""
    phone = visitor(server.address, viewport=PHONE, **options)
    phone.goto(f"{server.address}/room/{code.replace('-', '')}")
    phone.get_by_label("Nickname").fill(name)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_text(f"You are {name}.")).to_be_visible()
    return phone


@pytest.mark.slow
def test_a_session_with_several_phones_from_start_to_end(server, visitor):
    trainer, code = open_room(server, visitor)
    phones = [join(server, visitor, code, name) for name in NAMES[:4]]
    # One types the code, on a phone in dark, and one is behind something that lets no socket pass.
    typed = visitor(server.address, viewport=PHONE, color_scheme="dark")
    typed.goto(f"{server.address}/room")
    typed.get_by_label("Room code").fill(code.lower())
    typed.get_by_label("Nickname").fill("Eli")
    typed.get_by_label("Nickname").press("Enter")
    phones.append(typed)
    phones.append(join(server, visitor, code, "Flo", script=NO_SOCKETS))
    expect(trainer.get_by_text("6 in the room, 6 connected")).to_be_visible()
    wrong = faults_of(trainer, "room-lead") + faults_of(typed, "room-phone-dark")

    # A bet and a secret vote.
    for secret in (False, True):
        trainer.get_by_text("Ask the room").click()
        trainer.get_by_label("Question").fill("Secret?" if secret else "Will trust rise?")
        trainer.get_by_label("Secret ballot").set_checked(secret)
        trainer.get_by_role("button", name="Ask", exact=True).click()
    for k, phone in enumerate(phones):
        for question in ("Will trust rise?", "Secret?"):
            card = phone.locator(".card", has_text=question)
            card.locator(".choice").nth(0 if k < 4 else 2).click()
        expect(phone.get_by_text("Counted.")).to_be_visible()
        expect(phone.get_by_text("Your slip is in.")).to_be_visible()
    expect(trainer.get_by_text("6 of 6 have answered")).to_have_count(2)
    # The server is started again: an open answer is on disk, phones hand in secret slips again.
    server.restart()
    trainer.reload()
    expect(trainer.get_by_text("6 of 6 have answered")).to_have_count(2)
    for question in ("Will trust rise?", "Secret?"):
        card = trainer.locator(".card", has_text=f": {question}")
        card.get_by_role("button", name="Close and show the result").click()
    expect(trainer.get_by_text("“Yes, more” has most, with 4 of 6.")).to_have_count(2)
    card = trainer.locator(".card", has_text="Bet: Will trust rise?")
    card.get_by_role("button", name="No, less").click()
    expect(phones[0].get_by_text("Sorry about your bet: you said “Yes, more”.")).to_be_visible()
    expect(phones[5].get_by_text("You bet right.")).to_be_visible()

    # Two rounds, with a reload of everything in the middle.
    trainer.get_by_label("Rounds", exact=True).fill("2")
    trainer.get_by_role("button", name="Deal the parts").click()
    for number in (1, 2):
        trainer.get_by_role("button", name=f"Open round {number}").click()
        for phone in phones:
            phone.get_by_role("button", name="Speak up").click()
            expect(phone.get_by_text("Chosen.")).to_be_visible()
        expect(trainer.get_by_text("6 of 6 have chosen")).to_be_visible()
        if number == 1:
            for page in (trainer, phones[0], phones[5]):
                page.reload()
            expect(trainer.get_by_text("6 of 6 have chosen")).to_be_visible()
            chosen = phones[0].get_by_role("button", name="Speak up")
            expect(chosen).to_have_attribute("aria-pressed", "true")
            wrong += faults_of(phones[0], "room-phone-choosing")
        trainer.get_by_role("button", name="Close and run the round").click()
        for phone in phones:
            expect(phone.get_by_text(f"Round {number}: Speak up")).to_be_visible()
        expect(trainer.locator(".ua-drawing")).to_have_count(4)
    expect(phones[1].get_by_text("Left to the model, with the same luck")).to_be_visible()
    expect(trainer.get_by_text("left alone").first).to_be_visible()
    trainer.get_by_text("The same in numbers").click()
    wrong += faults_of(trainer, "room-lead-end") + faults_of(phones[1], "room-phone-end")
    trainer.set_viewport_size(PHONE)
    wrong += faults_of(trainer, "room-lead-end-390")
    assert not wrong, "\n".join(wrong)

    # What is taken home, and the end.
    for kind, begin in (("as PDF", b"%PDF"), ("to edit", b"PK")):
        with trainer.expect_download() as download:
            trainer.get_by_role("button", name=f"Save the hand-out {kind}").click()
        assert Path(download.value.path()).read_bytes().startswith(begin)
    with trainer.expect_download() as download:
        trainer.get_by_role("button", name="Save the hand-out as a page").click()
    page = Path(download.value.path()).read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert not any(name in page for name in NAMES)
    trainer.get_by_role("button", name="End the room").click()
    for phone in phones:
        expect(phone.get_by_text("The room has ended")).to_be_visible()
        expect(phone.get_by_role("heading", name="Join a room")).to_be_visible()


@pytest.mark.slow
def test_a_chapter_on_the_stage_asks_the_room(server, visitor):
    stage = visitor(server.address, viewport={"width": 1440, "height": 900}, color_scheme="dark")
    stage.goto(f"{server.address}/stage?chapter=meeting")
    with stage.context.expect_page() as opened:
        stage.get_by_role("link", name="Script").click()
    script = opened.value
    script.get_by_role("button", name="Open a room").click()
    code = stage.locator(".ua-join-code").inner_text()
    phones = [
        join(server, visitor, code, name, color_scheme=scheme)
        for name, scheme in (("Ana", "light"), ("Ben", "dark"))
    ]
    expect(stage.get_by_text("2 are in")).to_be_visible()
    wrong = faults_of(stage, "stage-join")
    # The choice: asked as it comes, nothing told before it is closed, and what most want is taken.
    for _ in range(4):
        stage.keyboard.press("PageDown")
    expect(stage.get_by_text("0 of 2 have answered")).to_be_visible()
    for phone in phones:
        phone.get_by_role("button", name="The same meetings").click()
    expect(stage.locator(".ua-asked")).to_contain_text("2 of 2 have answered")
    expect(stage.locator(".ua-ballot")).to_have_count(0)
    wrong += faults_of(stage, "stage-asked") + faults_of(phones[0], "room-phone-stage")
    stage.keyboard.press("PageDown")
    expect(stage.locator(".ua-ballot-count")).to_have_text(["0 of 2", "2 of 2"])
    chosen = stage.locator(".ua-ballot button[aria-pressed=true]")
    expect(chosen).to_contain_text("with helpers")
    wrong += faults_of(stage, "stage-counted")
    # The bet, with the server started again in the middle of it.
    stage.keyboard.press("PageDown")
    phones[0].get_by_role("button", name="Trust between sectors is higher").click()
    expect(stage.locator(".ua-asked")).to_contain_text("1 of 2 have answered")
    server.restart()
    for page in (stage, script):
        page.reload()
    expect(stage.locator(".ua-asked")).to_contain_text("1 of 2 have answered")
    phones[1].get_by_role("button", name="Trust between sectors is lower").click()
    expect(script.locator(".ua-asked")).to_contain_text("2 of 2 have answered")
    wrong += faults_of(script, "script-asked")
    script.get_by_role("button", name="Close and show the counts").click()
    expect(stage.locator(".ua-asked")).to_contain_text("It is a tie")
    script.get_by_role("button", name="1 trust between sectors is higher").click()
    expect(chosen).to_contain_text("higher")
    for _ in range(2):
        script.get_by_role("button", name="Next").click()
    answer = stage.locator(".ua-answer")
    expect(answer).to_contain_text("1 of 2 bet on this")
    had = 0
    for phone in phones:
        told = phone.locator(".card p strong").first
        expect(told).to_contain_text("bet")
        had += told.inner_text() == "You bet right."
    so = (
        "and had it right" if had and "it is so." in answer.inner_text() else f"{had or 'none'} had"
    )
    expect(answer).to_contain_text(so)
    wrong += faults_of(stage, "stage-reveal") + faults_of(phones[0], "room-phone-told")
    assert not wrong, "\n".join(wrong)
    assert all(one["httpOnly"] for one in stage.context.cookies())  # they say who leads
    # Who comes by the link alone can watch, and nothing else.
    other = visitor(server.address)
    other.goto(stage.url)
    expect(other.get_by_text("This window only watches")).to_be_visible()
    other.keyboard.press("PageDown")
    other.goto(script.url)
    expect(other.get_by_text("This window can only watch")).to_be_visible()
    expect(other.get_by_role("button", name="Next")).to_be_disabled()
    expect(answer).to_be_visible()


def test_a_phone_that_drops_while_it_answers_loses_nothing(server, visitor):
    trainer, code = open_room(server, visitor)
    phone = join(server, visitor, code, "Ana")
    trainer.get_by_text("Ask the room").click()
    trainer.get_by_role("button", name="Ask", exact=True).click()
    expect(phone.get_by_text("Choose one.")).to_be_visible()
    close = trainer.get_by_role("button", name="Close and show the result")
    expect(close).to_be_visible()
    server.stack.close()  # as when a phone leaves the Wi-Fi
    phone.get_by_role("button", name="No, less").click()
    expect(phone.get_by_text("Sending …")).to_be_visible()
    expect(phone.get_by_text("Connection lost")).to_be_visible()
    # A trainer's step is not kept for later: it might be done at a moment that does not fit.
    expect(trainer.get_by_text("Connection lost")).to_be_visible()
    close.click()
    expect(trainer.get_by_text("There is no connection to the server.")).to_be_visible()
    server.start()
    expect(phone.get_by_text("Counted.")).to_be_visible()
    expect(trainer.get_by_text("1 of 1 have answered")).to_be_visible()
    close.click()
    expect(trainer.get_by_text("“No, less” has most, with 1 of 1.")).to_be_visible()


def test_everything_works_by_keyboard(server, visitor):
    trainer, code = open_room(server, visitor)
    phone = join(server, visitor, code, "Ana")
    trainer.get_by_text("Ask the room").focus()
    trainer.keyboard.press("Enter")
    trainer.get_by_role("button", name="Ask", exact=True).focus()
    trainer.keyboard.press("Enter")
    choice = phone.get_by_role("button", name="Yes, more")
    choice.focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Counted.")).to_be_visible()
    # The page was drawn anew; who has the focus keeps it.
    expect(choice).to_be_focused()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    expect(phone.get_by_role("button", name="About the same")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(phone.locator("#said")).to_have_text("Sent.")


def test_answered_bets_make_way_for_the_round(server, visitor):
    trainer, code = open_room(server, visitor)
    phone = join(server, visitor, code, "Ana")
    trainer.get_by_role("button", name="Deal the parts").click()
    trainer.get_by_text("Let people bet").click()
    trainer.get_by_role("button", name="At the end: more than left alone?").click()
    phone.get_by_role("button", name="Less in our room").click()
    # It stays where it is while the stage is the same, so that nothing jumps under a finger.
    expect(phone.get_by_text("Counted.")).to_be_visible()
    trainer.get_by_role("button", name="Open round 1").click()
    expect(phone.get_by_text("Round 1 of 5")).to_be_visible()
    expect(phone.get_by_role("button", name="Less in our room")).to_be_hidden()
    phone.get_by_text("Answered: Trust").click()
    phone.get_by_role("button", name="More in our room").click()
    trainer.get_by_role("button", name="Close and show the result").click()
    expect(trainer.get_by_text("“More in our room” has most, with 1 of 1.")).to_be_visible()
    trainer.get_by_text("Who chose what", exact=True).click()
    expect(trainer.get_by_text("More in our room: Ana")).to_be_visible()
