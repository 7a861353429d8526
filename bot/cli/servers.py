"""How the servers are started, for `mend chat`, `mend serve` and the tests."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from bot.processes import Children, check_port, children, only_one
from bot.safety import helplines
from bot.settings import PROJECT, Settings, load_settings, private_dir

MODEL = PROJECT / "models" / "mend.tar.gz"
#: Nothing leaves the machine, nothing listens beyond it, and the logs stay readable.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_HOST": "127.0.0.1",
    "SANIC_ACCESS_LOG": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "PYTHONWARNINGS": "ignore::DeprecationWarning",
}
ACTIONS, RASA = "action server", "Rasa server"


def environ() -> dict[str, str]:
    """The environment every child gets."""
    return {**os.environ, **QUIET}


def rasa(*arguments: str) -> list[str]:
    """The command line of Rasa in this environment."""
    return [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]


def talking(*arguments: str) -> list[str]:
    """The same for a Rasa that people talk to: its log holds nothing of what they say."""
    return [sys.executable, "-W", "ignore", "-m", "bot.channels.shell", *arguments]


@contextmanager
def prepared(ports: tuple[str, ...]) -> Iterator[tuple[Settings, Children]]:
    """Journal, keys and conversations ready, free `ports` (PORT, ACTION_PORT), and children that end with the block.

    Raises:
        SettingsError, ProcessError, KeyFileError, JournalError, ConversationsError: what keeps that from being, in one sentence.
    """
    from bot.journal.keys import person_key
    from bot.journal.store import migrate
    from bot.stores.conversations import check as check_conversations

    settings = load_settings()
    private_dir(settings.data_dir)
    with only_one(running_lock(settings), "Mend"):
        for variable in ports:
            check_port({"PORT": settings.port, "ACTION_PORT": settings.action_port}[variable], variable)
        migrate(settings)
        person_key(settings, "", "")  # made now, or found to be damaged now instead of at the first note
        check_conversations(settings)  # Rasa would go on in memory without a word
        notice = country_notice(settings)
        if notice:
            click.echo(notice, err=True)
        with children() as started:
            yield settings, started


def running_lock(settings: Settings) -> Path:
    """Held by the Mend that runs on this data folder: two would write one conversation and each other's logs."""
    return settings.data_dir / "running.lock"


def country_notice(settings: Settings) -> str:
    """What to tell about a country without numbers of its own; empty when there is nothing to tell."""
    known = sorted(helplines.countries())
    if not settings.country or settings.country in known:
        return ""
    return f"No helplines are known for MEND_COUNTRY={settings.country}, so international ones are named; known are {', '.join(known)}."


def start_actions(settings: Settings, started: Children) -> None:
    """Start the action server and wait for it."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "rasa_sdk",
        "--actions",
        "actions",
        "-p",
        str(settings.action_port),
    ]
    started.start(ACTIONS, command, environ(), settings.data_dir / "actions.log")
    started.wait_until_answering(ACTIONS, settings.action_port)


def start_rasa(settings: Settings, started: Children, api: bool) -> None:
    """Start the Rasa server, with its HTTP API if `api`, and wait for it."""
    command = talking("run", *common(settings), *(["--enable-api"] if api else []))
    started.start(RASA, command, environ(), settings.data_dir / "rasa.log")
    started.wait_until_answering(RASA, settings.port)


def common(settings: Settings) -> list[str]:
    """Arguments that `rasa run` and `rasa shell` share."""
    return ["-i", "127.0.0.1", "-p", str(settings.port), "-m", str(MODEL), "--endpoints", str(endpoints(settings))]


def endpoints(settings: Settings) -> Path:
    """The endpoints file: the project's own, or a copy that names another port of the action server."""
    original = PROJECT / "endpoints.yml"
    content = yaml.safe_load(original.read_text(encoding="utf-8"))
    url = f"http://127.0.0.1:{settings.action_port}/webhook"
    if content["action_endpoint"]["url"] == url:
        return original
    content["action_endpoint"]["url"] = url
    changed = settings.data_dir / "endpoints.yml"
    changed.write_text(yaml.safe_dump(content), encoding="utf-8")
    return changed


@dataclass(frozen=True)
class Talk:
    """Says something as anybody, through Rasa's REST channel, and gives the answers."""

    settings: Settings
    started: Children

    def __call__(self, sender: str, text: str) -> list[dict[str, Any]]:
        """What Mend answers to `text` from `sender`."""
        return post(f"http://127.0.0.1:{self.settings.port}/webhooks/rest/webhook", {"sender": sender, "message": text})


@contextmanager
def running(data_dir: Path, api: bool = True, actions: bool = True) -> Iterator[Talk]:
    """Both servers on free ports with their data in `data_dir`; gives `talk(sender, text)`, which returns the answers.

    For recording transcripts and for tests: it speaks through Rasa's REST channel, which takes any sender's word.
    """
    ports = free_ports(2)
    wanted = {"MEND_DATA_DIR": str(data_dir), "PORT": str(ports[0]), "ACTION_PORT": str(ports[1]), "MEND_ALERT_URL": ""}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        with prepared(("PORT", "ACTION_PORT")) as (settings, started):
            if actions:
                start_actions(settings, started)
            start_rasa(settings, started, api)
            yield Talk(settings, started)
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def post(url: str, content: dict[str, Any]) -> Any:
    """Post JSON to a server of this machine and give its JSON answer back."""
    request = urllib.request.Request(url, json.dumps(content).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)
