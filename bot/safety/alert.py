"""Tells a human on duty that somebody named a danger: which, how urgent and when; never who, never a word of it. Off by default.

Each alert is a file in the outbox until it was delivered, so that neither a mail server that is down nor a restart loses it.
"""

from __future__ import annotations

import json
import logging
import math
import re
import smtplib
import ssl
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import yaml

from bot.meaning import DANGERS
from bot.safety.assessment import LEVELS
from bot.settings import LOOPBACK, PROJECT, Settings, mail_addresses, private_dir, write_private

logger = logging.getLogger(__name__)
TEXTS = PROJECT / "data" / "safety" / "alert.yml"
#: Seconds an attempt may take; seconds until the second one, twice as many each time, up to the last number.
_PATIENCE = 15
_FIRST_WAIT, LONGEST_WAIT = 5.0, 600.0
#: Files are named by their time.
_NAME = re.compile(r"\d+(?:\.\d+)?\.json")


class AlertError(RuntimeError):
    """An alert that could not be delivered; the message says why and what to look at, without the address's password."""


@dataclass(frozen=True)
class Alert:
    """One safety event: when (seconds since 1970), the dangers, most urgent first, and the level of the first.

    Raises:
        ValueError: a danger or level that is none.
    """

    at: float
    dangers: Sequence[str]
    level: str

    def __post_init__(self) -> None:
        if not isinstance(self.at, (int, float)) or self.level not in LEVELS or not set(self.dangers) <= set(DANGERS):
            raise ValueError(f"{self.dangers!r}, {self.level!r} at {self.at!r} is no alert")

    @property
    def subject(self) -> str:
        """One line that says it."""
        return _texts()["subject"].format(**self._said)

    @property
    def text(self) -> str:
        """The whole message."""
        return _texts()["text"].format(**self._said)

    @property
    def _said(self) -> dict[str, str]:
        at = datetime.fromtimestamp(self.at, timezone.utc)
        dangers = ", ".join(_texts()["dangers"][danger] for danger in self.dangers)
        return {"at": f"{at:%Y-%m-%d %H:%M}", "dangers": dangers, "level": _texts()["levels"][self.level]}


class Outbox:
    """The alerts that wait, each in a file of `folder`; a thread of this process delivers them, the oldest first.

    Args:
        folder: private to this account; made when the first alert comes.
        url: where to, as MEND_ALERT_URL names it.
        waits: seconds until the second attempt, and the most between two.
    """

    def __init__(self, folder: Path, url: str, waits: tuple[float, float] = (_FIRST_WAIT, LONGEST_WAIT)) -> None:
        self._folder = folder
        self._url = url
        self._waits = waits
        self._has_come = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        if waiting(folder):
            self._start()

    def put(self, alert: Alert) -> None:
        """Keep `alert` until it was delivered; the same one twice is one.

        Raises:
            OSError: it could not be written.
        """
        private_dir(self._folder)
        write_private(self._folder / f"{alert.at:.6f}.json", json.dumps(asdict(alert)))
        self._has_come.set()
        self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._deliver, name="alerts", daemon=True)
                self._thread.start()

    def _deliver(self) -> None:
        first, longest = self._waits
        wait = first
        while True:
            self._has_come.clear()
            try:
                for file in waiting(self._folder):
                    self._deliver_one(file)
                    wait = first
            except Exception as error:  # whatever it is: the thread goes on, for nobody would begin it again
                told = error if isinstance(error, AlertError) else type(error).__name__
                logger.warning("alert_not_delivered error=%s next_attempt_in=%.0fs", told, wait)
                self._has_come.wait(wait)  # a new alert is tried at once
                wait = min(2 * wait, longest)
            else:
                self._has_come.wait()

    def _deliver_one(self, file: Path) -> None:
        try:
            alert = Alert(**json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError):  # not ours: left for whoever wonders, tried no more
            logger.warning("alert_unreadable file=%s", file.name)
            file.rename(file.with_suffix(".unreadable"))
            return
        send(self._url, alert.subject, alert.text, asdict(alert))
        file.unlink(missing_ok=True)


def trial() -> tuple[str, str]:
    """Subject and text of a message that only tries whether one arrives."""
    return _texts()["test"], _texts()["test"]


def waiting(folder: Path, before: float = math.inf) -> list[Path]:
    """The files of the alerts that wait in `folder`, oldest first; only those of a time before `before` (seconds since 1970)."""
    ours = [file for file in folder.glob("*.json") if _NAME.fullmatch(file.name)]
    return sorted((file for file in ours if float(file.stem) < before), key=lambda file: float(file.stem))


def outbox(settings: Settings) -> Outbox | None:
    """The outbox of these settings; None where nobody is to be told."""
    return Outbox(folder(settings), settings.alert_url) if settings.alert_url else None


def folder(settings: Settings) -> Path:
    """Where the alerts of these settings wait."""
    return settings.data_dir / "alerts"


def send(url: str, subject: str, text: str, details: dict[str, Any] | None = None) -> None:
    """Deliver one message now: as an e-mail to an smtp or smtps `url`, else as JSON with `text` and `details`, posted to it.

    Raises:
        AlertError: it was not taken.
    """
    try:
        if urlsplit(url).scheme in ("smtp", "smtps"):
            _mail(url, subject, text)
        else:
            answer = requests.post(url, json={"text": text, **(details or {})}, timeout=_PATIENCE, allow_redirects=False)
            if not 200 <= answer.status_code < 300:
                raise AlertError(f"The webhook answered with {answer.status_code}: check MEND_ALERT_URL.")
    # Their messages hold the address, and in it may be a password.
    except (requests.RequestException, smtplib.SMTPException, OSError, ValueError) as error:
        raise AlertError(f"It could not be sent ({type(error).__name__}): check MEND_ALERT_URL and whether its server is up.") from None


def _mail(url: str, subject: str, text: str) -> None:
    address = urlsplit(url)
    sender, receivers = mail_addresses(url)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, ", ".join(receivers)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(text)
    with _server(address.scheme, address.hostname or "", address.port) as server:
        if address.scheme == "smtp" and address.hostname not in LOOPBACK:
            server.starttls(context=ssl.create_default_context())
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        if refused := server.send_message(message):
            raise AlertError(f"{len(refused)} of {len(receivers)} addresses were refused: check MEND_ALERT_URL.")


def _server(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 587, timeout=_PATIENCE)


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found
