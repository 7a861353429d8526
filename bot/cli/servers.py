"""How the servers are started, for `mend chat`, `mend serve` and the tests."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml

from bot.processes import Children, ProcessError, check_port, children, only_one
from bot.settings import PROJECT, Settings, SettingsError, load_settings, private_dir

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


@contextmanager
def prepared(ports: tuple[str, ...]) -> Iterator[tuple[Settings, Children]]:
    """A migrated journal, free `ports` (PORT, ACTION_PORT) and children that end with the block.

    Whatever keeps that from being is told in one sentence.
    """
    try:
        settings = load_settings()
        private_dir(settings.data_dir)
        with only_one(settings.data_dir / f"running-{settings.port}.lock", "Mend"):
            for variable in ports:
                check_port({"PORT": settings.port, "ACTION_PORT": settings.action_port}[variable], variable)
            _migrate(settings)
            with children() as started:
                yield settings, started
    except (ProcessError, SettingsError) as error:
        raise click.ClickException(str(error)) from error


def _migrate(settings: Settings) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.journal.keys import KeyFileError
    from bot.journal.store import migrate

    try:
        migrate(settings)
    except (SQLAlchemyError, KeyFileError, OSError) as error:
        raise click.ClickException(
            f"The journal could not be opened ({type(error).__name__}): check MEND_JOURNAL_URL and the folder {settings.data_dir}."
        ) from error


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
    command = rasa("run", *common(settings), *(["--enable-api"] if api else []))
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


@contextmanager
def running(data_dir: Path, api: bool = True, actions: bool = True) -> Iterator[Callable[[str, str], list[dict[str, Any]]]]:
    """Both servers on free ports with their data in `data_dir`; gives `talk(sender, text)`, which returns the answers.

    For recording transcripts and for tests: it speaks through Rasa's REST channel, which takes any sender's word.
    """
    ports = free_ports(2)
    wanted = {"MEND_DATA_DIR": str(data_dir), "PORT": str(ports[0]), "ACTION_PORT": str(ports[1])}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        with prepared(("PORT", "ACTION_PORT")) as (settings, started):
            if actions:
                start_actions(settings, started)
            start_rasa(settings, started, api)

            def talk(sender: str, text: str) -> list[dict[str, Any]]:
                return post(f"http://127.0.0.1:{settings.port}/webhooks/rest/webhook", {"sender": sender, "message": text})

            talk.settings, talk.started = settings, started  # type: ignore[attr-defined]
            yield talk
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
