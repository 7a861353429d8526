"""Alerts for a human on duty: by webhook and by mail, tried again until they are taken, without a name and without words."""

import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.cli.servers import free_ports
from bot.meaning import DANGERS
from bot.safety import alert
from bot.safety.alert import Alert, AlertError, Outbox, send, waiting
from bot.safety.assessment import LEVELS
from tests.unit.conftest import Webhook

# The stand-in for a mail server lives on this machine alone.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
SOON = (0.01, 0.05)


def an_alert(at: float = 1_800_000_000.25) -> Alert:
    return Alert(at, ("self_harm", "partner_abuse"), "now")


def until(holds: Callable[[], bool]) -> bool:
    """Whether it holds within five seconds."""
    end = time.monotonic() + 5
    while time.monotonic() < end and not holds():
        time.sleep(0.01)
    return holds()


class Mailbox(Message):
    """Keeps each mail that comes."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("gone"):
            return "550 no such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server of this machine that wants the password `pass word`."""

    def authenticated(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=isinstance(given, LoginPassword) and given.password == b"pass word", handled=False)

    handler = Mailbox()
    (port,) = free_ports(1)
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=authenticated, auth_required=True, auth_require_tls=False
    )
    controller.start()
    yield handler, port
    controller.stop()


def smtp(port: int, password: str = "pass%20word") -> str:
    return f"smtp://mend:{password}@127.0.0.1:{port}/?from=mend@example.org&to=one@example.org&to=two@example.org"


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_danger_and_level_is_told_in_a_sentence(danger: str, level: str) -> None:
    told = Alert(1_800_000_000.0, (danger,), level)
    assert "2027-01-15 08:00 UTC" in told.text
    assert danger not in told.text and "{" not in told.subject + told.text


def test_a_webhook_is_told_what_happened_and_nothing_else(tmp_path: Path, webhook: Webhook) -> None:
    Outbox(tmp_path / "alerts", webhook.url, SOON).put(an_alert())
    assert until(lambda: bool(webhook.posted))
    assert set(webhook.posted[0]) == {"text", "dangers", "level", "at"}
    assert webhook.posted[0]["dangers"] == ["self_harm", "partner_abuse"]
    assert "about to happen" in webhook.posted[0]["text"]


def test_one_that_is_not_taken_is_tried_again_until_it_is(tmp_path: Path, webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    webhook.answers = [500, 503, 200]
    Outbox(tmp_path / "alerts", webhook.url, SOON).put(an_alert())
    assert until(lambda: not waiting(tmp_path / "alerts"))
    assert len(webhook.posted) == 3
    assert "500" in caplog.text and "secret" not in caplog.text


def test_one_that_waits_outlives_a_restart(tmp_path: Path, webhook: Webhook) -> None:
    (port,) = free_ports(1)
    Outbox(tmp_path / "alerts", f"http://127.0.0.1:{port}/", (60.0, 60.0)).put(an_alert())
    Outbox(tmp_path / "alerts", webhook.url, SOON)
    assert until(lambda: bool(webhook.posted) and not waiting(tmp_path / "alerts"))


def test_the_same_alert_twice_is_one(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    box = Outbox(tmp_path / "alerts", f"http://127.0.0.1:{port}/", (60.0, 60.0))
    box.put(an_alert())
    box.put(an_alert())
    assert len(waiting(tmp_path / "alerts")) == 1


def test_a_damaged_file_holds_up_no_other(tmp_path: Path, webhook: Webhook) -> None:
    folder = tmp_path / "alerts"
    folder.mkdir(mode=0o700)
    for name, text in (("0.json", "half a li"), ("1.json", "{}"), ("2.json", '{"at": 1, "dangers": ["rain"], "level": "now"}')):
        (folder / name).write_text(text, encoding="utf-8")
    box = Outbox(folder, webhook.url, SOON)
    box.put(an_alert())
    assert until(lambda: not waiting(tmp_path / "alerts"))
    assert len(webhook.posted) == 1
    assert len(list(folder.glob("*.unreadable"))) == 3


def test_whatever_goes_wrong_with_one_attempt_there_is_another(tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [RuntimeError("anything"), KeyError("at all")]

    def failing(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        send(*arguments)

    monkeypatch.setattr(alert, "send", failing)
    Outbox(tmp_path / "alerts", webhook.url, SOON).put(an_alert())
    assert until(lambda: bool(webhook.posted) and not waiting(tmp_path / "alerts"))


@pytest.mark.parametrize("made_up", [{"dangers": ["my own words"]}, {"level": "my own words"}, {"at": "my own words"}])
def test_nothing_but_a_danger_a_level_and_a_time_is_passed_on(made_up: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Alert(**{"at": 1.0, "dangers": ["self_harm"], "level": "now", **made_up})


def test_what_waits_is_for_this_account_alone(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    box = Outbox(tmp_path / "alerts", f"http://127.0.0.1:{port}/", (60.0, 60.0))
    box.put(an_alert())
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "alerts", *waiting(tmp_path / "alerts"))] == [0, 0]


def test_a_webhook_that_leads_elsewhere_is_not_followed(webhook: Webhook) -> None:
    for number, code in enumerate((302, 304), 1):
        webhook.answers = [code]
        with pytest.raises(AlertError, match=str(code)):
            send(webhook.url, "subject", "text")
        assert len(webhook.posted) == number


def test_a_mail_reaches_everybody_on_duty(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    send(smtp(port), an_alert().subject, an_alert().text)
    (mail,) = box.mails
    assert mail["From"] == "mend@example.org" and mail["To"] == "one@example.org, two@example.org"
    assert "suicide or self-harm" in mail["Subject"]
    assert an_alert().text in mail.get_payload(decode=True).decode()

    assert mail["Date"] and mail["Message-ID"].endswith("@example.org>")


def test_a_plus_in_an_address_is_one(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    send(smtp(port).replace("to=one@", "to=one+mend@"), "subject", "text")
    assert box.mails[0]["To"].startswith("one+mend@example.org")


def test_an_address_that_is_refused_is_told(mailbox: tuple[Mailbox, int]) -> None:
    with pytest.raises(AlertError, match="1 of 2 addresses were refused"):
        send(smtp(mailbox[1]).replace("to=one@", "to=gone@"), "subject", "text")


def test_a_wrong_password_is_told_without_it(mailbox: tuple[Mailbox, int]) -> None:
    with pytest.raises(AlertError, match="SMTPAuthenticationError") as caught:
        send(smtp(mailbox[1], "wrong-one"), "subject", "text")
    assert "wrong-one" not in str(caught.value) and caught.value.__cause__ is None
    assert mailbox[0].mails == []


def test_a_password_goes_to_another_machine_only_under_encryption(mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert, "LOOPBACK", ())
    with pytest.raises(AlertError, match="SMTPNotSupportedError"):
        send(smtp(mailbox[1]), "subject", "text")
    assert mailbox[0].mails == []


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    for url in (f"http://127.0.0.1:{port}/?key=secret", smtp(port), smtp(port).replace("smtp:", "smtps:")):
        with pytest.raises(AlertError, match="check MEND_ALERT_URL") as caught:
            send(url, "subject", "text")
        assert "secret" not in str(caught.value) and "pass" not in str(caught.value)
