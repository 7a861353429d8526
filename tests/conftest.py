"""Shared by all tests: nothing leaves the machine, and servers are started once for all suites that need them."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak import walk
from bot.cli import servers

#: Turn of a random talk at which the action server is killed: behind the gate, with a talk begun before and after.
KILLED_AT = 35

os.environ.update(servers.QUIET)
os.environ.pop("MEND_ALERT_URL", None)  # nobody is alarmed by a test
_connect = socket.socket.connect


def _only_here(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"tests must not leave the machine, not even for {address[0]}")
    _connect(self, address)


socket.socket.connect = _only_here  # type: ignore[method-assign, assignment]


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups when its own turn comes
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever talks to the servers runs in one process, so that they are started once."""
    for item in items:
        if {"talk", "widowed"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("servers"))


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Both servers, with the HTTP API, on free ports: `talk(sender, text)` gives the answers; `talk.settings` their settings."""
    folder: Path = tmp_path_factory.mktemp("mend")
    with servers.running(folder) as talking:
        yield talking


@pytest.fixture(scope="session")
def widowed(talk: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, list[str]]]:
    """A Rasa server that goes on with `talk`'s conversations, and whose action server was killed in the middle of a random talk; and the
    faults of that talk."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MEND_CONVERSATIONS_URL", talk.settings.conversations_url)
            talking = stack.enter_context(servers.running(tmp_path_factory.mktemp("widowed")))
        turns = itertools.count()

        def say(sender: str, text: str) -> list[dict[str, Any]]:
            if next(turns) == KILLED_AT:
                talking.started.kill(servers.ACTIONS)
            return talking(sender, text)

        yield talking, list(walk(say, 2 * KILLED_AT, seed=18))


@pytest.fixture(scope="session")
def lonely(widowed: tuple[Any, list[str]]) -> Any:
    """A Rasa server without an action server, on the conversations of `talk`, whose own keeps running."""
    return widowed[0]
