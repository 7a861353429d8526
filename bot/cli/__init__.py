"""`mend`: what operators do. One module a command; each imports what it needs only when it runs."""

from __future__ import annotations

import importlib

import click


class LazyGroup(click.Group):
    """Commands that are modules of this package, imported when called."""

    commands_by_name = {  # noqa: RUF012
        "chat": "chat",
        "data": "data",
        "doctor": "doctor",
        "lock": "lock",
        "serve": "serve",
        "train": "train",
        "transcripts": "transcripts",
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(self.commands_by_name)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, its module imported now."""
        module = self.commands_by_name.get(name)
        return importlib.import_module(f"bot.cli.{module}").command if module else None


@click.group(cls=LazyGroup)
def mend() -> None:
    """Mend: a guide for people whose trust was broken."""
