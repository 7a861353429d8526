"""`mend`: what operators do. One module a command; each imports what it needs only when it runs."""

from __future__ import annotations

import importlib
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands that are modules of this package, imported when called. What goes wrong in one is told in a sentence."""

    commands_by_name = ("alert", "chat", "data", "doctor", "evaluate", "helplines", "lock", "serve", "train", "transcripts")

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(self.commands_by_name)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, its module imported now."""
        return importlib.import_module(f"bot.cli.{name}").command if name in self.commands_by_name else None

    def invoke(self, context: click.Context) -> Any:
        """Run the command.

        Raises:
            click.ClickException: it met something that the person at the keyboard can put right; the message says how.
        """
        try:
            return super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click's own, and a reader that went away, such as `head`
        except Exception as error:
            from bot.cli.errors import sentence

            told = sentence(error)
            if told is None:
                raise
            raise click.ClickException(told) from error


@click.group(cls=LazyGroup)
def mend() -> None:
    """Mend: a guide for people whose trust was broken."""
