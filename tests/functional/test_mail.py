"""Mail to moderators and authors, through a real SMTP server on loopback."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any
from unicodedata import bidirectional

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from models import Site
from moderation.services.manage_people import NewUser
from tests.conftest import OPERATOR, PAGE

# The server says that a log-in without TLS is unwise; here both ends are this machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Inbox:
    """A mail server that keeps what it gets; ``answers`` are given before ``250 OK``."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.answers: list[str] = []
        self.logins: list[Any] = []

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
        envelope, to = given[2], given[3]
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        envelope = given[2]
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss")


@pytest.fixture
def inbox(environ: dict[str, str]) -> Iterator[Inbox]:
    """A server that wants a log-in, and the settings that lead to it."""
    made = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(
        made, hostname="127.0.0.1", port=port, auth_required=True, auth_require_tls=False,
        authenticator=made.log_in, ready_timeout=30,
    )  # fmt: skip
    environ["MODERATION_SMTP_URL"] = f"smtp://news:p%40ss@127.0.0.1:{port}"
    environ["MODERATION_MAIL_FROM"] = "News <comments@news.example>"
    server.start()
    yield made
    server.stop()


@pytest.fixture
def send(inbox: Inbox, runtime: Any, clock: Any) -> Any:
    """Let minutes pass and send what is due; (sent, put off, given up)."""

    def run(minutes: float = 2) -> tuple[int, int, int]:
        clock.move(minutes=minutes)
        done = runtime.services.send_mail()
        return done.sent, done.put_off, done.given_up

    return run


@pytest.fixture
def approved(submit: Any, moderator: Any, admin: Any) -> Any:
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True})

    def make(**fields: Any) -> Any:
        sent = submit(body="{insult=0.9} unmistakable", **fields)
        url = f"/api/v1/comments/{sent.json['id']}/decisions"
        assert moderator.post(url, json={"action": "approve", "version": 1}).status_code == 200
        return sent

    return make


def test_author_is_told_once_that_a_held_comment_is_published(
    inbox: Inbox, approved: Any, submit: Any, send: Any, client: Any, moderator: Any
) -> None:
    sent = approved(name="Buy cheap", email="ann@example.com")
    submit(body="Published at once.", email="bea@example.com")
    assert send(minutes=1) == (0, 0, 0)
    assert send() == (1, 0, 0)
    [mail] = inbox.mails
    assert (mail["To"], mail["From"]) == ("ann@example.com", "News <comments@news.example>")
    assert mail["Subject"] == "Your comment on Demo is published"
    text = mail.get_content()
    assert f"{PAGE}#comment-{sent.json['id']}" in text
    assert sent.json["receipt"]["url"] in text
    # What a stranger could have typed under this address does not reach its owner.
    assert "Buy cheap" not in mail.as_string()
    assert "unmistakable" not in mail.as_string()
    assert inbox.logins == [(b"news", b"p@ss")]
    url = f"/api/v1/comments/{sent.json['id']}"
    for action in ("reject", "approve"):
        version = moderator.get(url).json["version"]
        moderator.post(f"{url}/decisions", json={"action": action, "version": version})
    assert send() == (0, 0, 0)


def test_author_is_told_when_the_policy_is_applied_to_the_queue_again(
    inbox: Inbox, admin: Any, submit: Any, send: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True})
    sent = submit(body="{insult=0.7}").json
    policy = "/api/v1/sites/demo/policy"
    tag = {"If-Match": admin.get(policy).headers["ETag"]}
    admin.put(policy, json={"thresholds": {"insult": {"queue_at": 0.9}}}, headers=tag)
    done = admin.post(f"{policy}/redecide", json={"version": 2})
    assert done.json["published"] == [sent["id"]]
    assert send() == (1, 0, 0)
    assert sent["receipt"]["url"] in inbox.mails[0].get_content()


def test_author_who_has_seen_the_comment_published_is_not_told_again(
    inbox: Inbox, admin: Any, client: Any, moderator: Any, submit: Any, send: Any, runtime: Any,
    scorer: Any, clock: Any,
) -> None:  # fmt: skip
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True, "report_limit": 1})
    sent = submit(body="Published at once.").json
    # An edit that waits for a worker, and is then published by the policy.
    scorer.down = "busy"
    edit = client.patch(
        f"/api/v1/receipts/{sent['receipt']['token']}", json={"body": "And edited."}
    )
    assert edit.json["status"] == "pending"
    clock.move(minutes=6)
    scorer.down = None
    runtime.services.sweep()
    url = f"/api/v1/comments/{sent['id']}"
    assert moderator.get(url).json["status"] == "published"
    assert send() == (0, 0, 0)
    # A report brings it back, and a person lets it stand.
    client.post(f"/api/v1/sites/demo/comments/{sent['id']}/reports", json={"reason": "spam"})
    item = moderator.get(url).json
    assert item["status"] == "queued"
    moderator.post(f"{url}/decisions", json={"action": "approve", "version": item["version"]})
    assert send() == (0, 0, 0)


def test_approval_after_one_that_was_undone_is_told(
    inbox: Inbox, approved: Any, send: Any, moderator: Any
) -> None:
    url = f"/api/v1/comments/{approved().json['id']}"
    history = moderator.get(f"{url}/history").json["items"]
    assert moderator.post(f"/api/v1/decisions/{history[-1]['id']}/undo").status_code == 200
    assert send() == (0, 0, 1)
    version = moderator.get(url).json["version"]
    moderator.post(f"{url}/decisions", json={"action": "approve", "version": version})
    assert send() == (1, 0, 0)


def test_comment_that_was_taken_down_and_is_published_on_appeal_is_told(
    inbox: Inbox, admin: Any, client: Any, moderator: Any, submit: Any, send: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True})
    sent = submit(body="Published at once.").json
    url = f"/api/v1/comments/{sent['id']}"
    assert moderator.get(url).json["status"] == "published"
    _decide(moderator, url, "reject")
    receipt = f"/api/v1/receipts/{sent['receipt']['token']}"
    assert client.post(f"{receipt}/appeal", json={"message": "Why?"}).status_code == 200
    assert send() == (0, 0, 0)
    # Whoever rejected it does not answer the appeal.
    _decide(admin, url, "approve")
    assert send() == (1, 0, 0)
    assert sent["receipt"]["url"] in inbox.mails[0].get_content()


def test_rejection_that_was_undone_is_no_reason_to_tell_of_a_publication(
    inbox: Inbox, admin: Any, client: Any, moderator: Any, submit: Any, send: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True, "report_limit": 1})
    sent = submit(body="Published at once.").json
    url = f"/api/v1/comments/{sent['id']}"
    client.post(f"/api/v1/sites/demo/comments/{sent['id']}/reports", json={"reason": "spam"})
    assert moderator.get(url).json["status"] == "queued"
    _decide(moderator, url, "reject")
    history = moderator.get(f"{url}/history").json["items"]
    assert moderator.post(f"/api/v1/decisions/{history[-1]['id']}/undo").status_code == 200
    _decide(moderator, url, "approve")
    assert send() == (0, 0, 0)


def _decide(caller: Any, url: str, action: str) -> None:
    version = caller.get(url).json["version"]
    answer = caller.post(f"{url}/decisions", json={"action": action, "version": version})
    assert answer.status_code == 200


def test_mail_is_off_until_a_site_switches_it_on(
    inbox: Inbox, submit: Any, moderator: Any, send: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    url = f"/api/v1/comments/{sent.json['id']}/decisions"
    moderator.post(url, json={"action": "approve", "version": 1})
    assert send() == (0, 0, 0)
    assert inbox.mails == []


def test_author_stops_mail_with_one_click_and_not_by_looking(
    inbox: Inbox, approved: Any, send: Any, client: Any, clock: Any, runtime: Any
) -> None:
    approved()
    send()
    link = re.search(r"https://comments\.example(/mail/stop/\S+)", inbox.mails[0].get_content())
    assert link is not None
    assert inbox.mails[0]["List-Unsubscribe"] == f"<https://comments.example{link[1]}>"
    assert inbox.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = client.get(link[1])
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<form method="post">' in page.text
    approved(page_url="https://news.example/second")
    assert send()[0] == 1
    # As a mail program does it, RFC 8058.
    done = client.post(link[1], data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "No more mail" in done.text) == (200, True)
    approved(page_url="https://news.example/third")
    assert send() == (0, 0, 1)
    approved(email="other@example.com")
    assert send()[0] == 1
    bad = link[1][:-1] + ("a" if link[1][-1] != "a" else "b")
    for path in (bad, "/mail/stop/nonsense", "/mail/stop/."):
        assert client.get(path).status_code == client.post(path).status_code == 404
    with runtime.store.read() as session:
        stops = session.execute(sa.text("SELECT * FROM mail_stops")).all()
    assert len(stops) == 1
    assert "ann@example.com" not in str(stops)


def test_mail_speaks_the_sites_language_and_the_page_in_it_the_readers(
    inbox: Inbox, approved: Any, admin: Any, send: Any, client: Any
) -> None:
    refused = admin.patch("/api/v1/sites/demo", json={"mail_language": "xx"})
    assert list(refused.json["errors"]) == ["mail_language"]
    admin.patch("/api/v1/sites/demo", json={"mail_language": "de"})
    sent = approved()
    assert send() == (1, 0, 0)
    [mail] = inbox.mails
    assert mail["Content-Language"] == "de"
    assert mail["Subject"] == "Ihr Kommentar auf Demo ist veröffentlicht"
    text = mail.get_content()
    assert "Behalten Sie diese Adresse für sich" in text
    assert f"{PAGE}#comment-{sent.json['id']}" in text.splitlines()
    assert max(map(len, re.sub(r"https?://\S+", "", text).splitlines())) <= 78
    link = re.search(r"https://comments\.example(/mail/stop/\S+)", text)
    assert link is not None
    french = client.get(link[1], headers={"Accept-Language": "xx, fr-CA;q=0.9, de;q=0.1"}).text
    assert '<html lang="fr" dir="ltr">' in french
    assert "Ne plus recevoir de messages" in french
    arabic = client.get(f"{link[1]}?lang=ar", headers={"Accept-Language": "fr"}).text
    assert '<html lang="ar" dir="rtl">' in arabic
    # The form has no address of its own, so the answer comes in the language of the question.
    done = client.post(f"{link[1]}?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in done
    assert "لا رسائل بعد الآن" in done


def test_mail_in_arabic_runs_from_right_to_left(
    inbox: Inbox, approved: Any, admin: Any, send: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"mail_language": "ar"})
    approved()
    send()
    [mail] = inbox.mails
    assert mail["Content-Language"] == "ar"
    # Apart from addresses a program that shows text finds the direction by the first letter.
    lines = [mail["Subject"], *mail.get_content().splitlines()]
    for line in lines:
        first = next((bidirectional(sign) for sign in line if sign.isalpha()), "AL")
        assert first == ("L" if line.startswith("https://") else "AL"), line
    # The site's name is set apart, so that it does not pull the sentence to its own side.
    assert mail["Subject"] == "نُشر تعليقك على \u2068Demo\u2069"


def test_language_that_was_taken_away_is_english(
    inbox: Inbox, approved: Any, send: Any, runtime: Any
) -> None:
    approved()
    with runtime.store.write() as session:
        site = session.scalars(sa.select(Site).where(Site.slug == "demo")).one()
        site.settings = {**site.settings, "mail_language": "nl"}
    send()
    assert inbox.mails[0]["Subject"] == "Your comment on Demo is published"


def test_what_is_taken_back_or_erased_before_it_is_sent_is_not_told(
    inbox: Inbox, approved: Any, send: Any, client: Any, moderator: Any
) -> None:
    sent = approved()
    client.delete(f"/api/v1/receipts/{sent.json['receipt']['token']}?erase=1")
    other = approved(email="b@example.com")
    history = moderator.get(f"/api/v1/comments/{other.json['id']}/history").json["items"]
    assert moderator.post(f"/api/v1/decisions/{history[-1]['id']}/undo").status_code == 200
    assert send() == (0, 0, 1)
    assert inbox.mails == []


def test_mail_is_tried_again_until_it_is_out(
    inbox: Inbox, approved: Any, send: Any, caplog: pytest.LogCaptureFixture
) -> None:
    approved()
    inbox.answers = ["451 4.3.0 ann@example.com: try later"]
    assert send() == (0, 1, 0)
    assert send(minutes=0.5) == (0, 0, 0)
    assert send() == (1, 0, 0)
    approved(email="gone@example.com")
    inbox.answers = ["550 5.1.1 gone@example.com: no such user"]
    assert send() == (0, 0, 1)
    assert send(minutes=600) == (0, 0, 0)
    assert len(inbox.mails) == 1
    assert "is put off: SMTPRecipientsRefused 451" in caplog.text
    assert "@example.com" not in caplog.text


def test_server_that_is_gone_loses_nothing_and_is_given_up_after_three_days(
    environ: dict[str, str], inbox: Inbox, approved: Any, runtime: Any, clock: Any
) -> None:
    from moderation.bootstrap import bootstrap
    from moderation.settings import read_settings

    # Held, and nobody listens there.
    gone = socket.socket()
    gone.bind(("127.0.0.1", 0))
    url = f"smtp://127.0.0.1:{gone.getsockname()[1]}"
    without = bootstrap(read_settings(environ | {"MODERATION_SMTP_URL": url}), clock=clock)
    approved()
    clock.move(minutes=2)
    assert without.services.send_mail().put_off == 1
    clock.move(minutes=2)
    assert runtime.services.send_mail().sent == 1
    approved(email="b@example.com")
    clock.move(days=1)
    assert without.services.send_mail().put_off == 1
    clock.move(days=2.5)
    assert without.services.send_mail().given_up == 1
    without.close()
    gone.close()


@pytest.fixture
def people(runtime: Any) -> None:
    for name, role, sites in (
        ("mo", "moderator", ("demo",)), ("foreign", "moderator", ("other",)), ("ada", "admin", ()),
    ):  # fmt: skip
        new = NewUser(f"{name}@staff.example", "a long password for tests", role, sites, name)
        runtime.services.people.create(OPERATOR, new)


def test_moderators_get_a_digest_and_not_a_mail_a_comment(
    inbox: Inbox, people: None, submit: Any, send: Any, admin: Any, runtime: Any
) -> None:
    submit(body="{insult=0.9}")
    assert send() == (0, 0, 0)
    admin.patch("/api/v1/sites/demo", json={"mail_moderators": True})
    for number in range(3):
        submit(body=f"{{insult=0.9}} unmistakable {number}", email=f"a{number}@example.com")
    submit(body="Published.")
    assert send() == (1, 0, 0)
    [mail] = inbox.mails
    assert mail["To"] == "mo@staff.example"
    assert mail["Subject"] == "4 comments wait for a person"
    assert "Demo: 4" in mail.get_content()
    assert "https://comments.example/queue" in mail.get_content()
    for private in ("unmistakable", "@example.com"):
        assert private not in mail.as_string()
    submit(body="{insult=0.9} one more")
    assert send(minutes=30) == (0, 0, 0)
    assert send(minutes=31) == (1, 0, 0)
    assert inbox.mails[-1]["Subject"] == "5 comments wait for a person"
    # Nothing new: no mail, however much still waits.
    assert send(minutes=61) == (0, 0, 0)


def test_admins_hear_of_sites_that_have_no_moderator(
    inbox: Inbox, people: None, submit: Any, send: Any, admin: Any, runtime: Any
) -> None:
    runtime.services.sites.create(OPERATOR, "third", "Third", ["https://third.example"])
    admin.patch("/api/v1/sites/third", json={"mail_moderators": True})
    submit(site="third", body="{insult=0.9}", page_url="https://third.example/")
    assert send() == (1, 0, 0)
    assert inbox.mails[0]["To"] == "ada@staff.example"
    assert inbox.mails[0]["Subject"] == "1 comment waits for a person"


def test_without_a_server_nothing_is_tried(approved: Any, runtime: Any, clock: Any) -> None:
    approved()
    clock.move(minutes=5)
    done = runtime.services.send_mail()
    assert (done.sent, done.put_off, done.given_up) == (0, 0, 0)
    clock.move(days=31)
    runtime.services.sweep()
    with runtime.store.read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM mails")).scalar() == 0
