"""`mend transcripts`: record docs/transcripts anew from a live server.

The files are their own script: the lines of the person in them (`> …`) are said again, and what Mend answers is written between.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.cli import servers
from bot.settings import PROJECT

TRANSCRIPTS = PROJECT / "docs" / "transcripts"


@click.command("transcripts")
def command() -> None:
    """Record docs/transcripts anew, each against a journal of its own."""
    from bot.cli.train import ensure_trained

    ensure_trained()
    with tempfile.TemporaryDirectory() as folder, servers.running(Path(folder), api=False) as talk:
        for file in sorted(TRANSCRIPTS.rglob("*.md")):
            record(file, talk)
            click.echo(f"recorded {file.relative_to(PROJECT)}")


def record(file: Path, talk: Callable[[str, str], list[dict[str, Any]]]) -> None:
    """Say the person's lines of `file` in a new conversation and write it anew with the answers."""
    title = file.read_text(encoding="utf-8").splitlines()[0]
    sender = uuid.uuid4().hex
    lines = [title, "", f"Recorded {date.today()} by `make transcripts` from a live server, {origin()}.", ""]
    for said in user_lines(file):
        lines += [f"> {said}", ""]
        for answer in talk(sender, said):
            buttons = " ".join(f"[{button['title']}]" for button in answer.get("buttons", ()))
            lines += [answer["text"].strip(), *(["", buttons] if buttons else []), ""]
    file.write_text("\n".join(lines), encoding="utf-8")


def user_lines(file: Path) -> list[str]:
    """What the person says in a transcript, in order."""
    return [line[2:] for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("> ")]


def origin() -> str:
    """The commit and the model that answer."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = "-changed" if _git("status", "--porcelain", "--", ".", ":!docs/transcripts", ":!README.md") else ""
    return f"commit {commit}{changed}, model {hashlib.sha256(servers.MODEL.read_bytes()).hexdigest()[:12]}"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True).stdout.strip()
