"""`mend helplines`: which numbers are said to a person, and when somebody read them at their source."""

from __future__ import annotations

from datetime import date

import click

from bot.safety.helplines import GOOD_FOR, HELPLINES, Line, confirm, lines


@click.group("helplines")
def command() -> None:
    """The numbers that are said to a person in danger, and when somebody read them at their source."""


@command.command()
def check() -> None:
    """List the numbers that nobody read at their source yet, or not for 90 days; ends with 1 when one that is said is among them."""
    today = date.today()
    due = [line for line in lines() if line.is_due(today)]
    for line in due:
        read = f"read {line.checked}, {(today - line.checked).days} days ago" if line.checked else "never read, so not said"
        click.echo(f"{_named(line)}: {read}")
    if not due:
        click.echo(f"Every number was read at its source within {GOOD_FOR} days.")
        return
    click.echo("Read it at its source, then: mend helplines confirm COUNTRY NEED")
    if any(line.checked for line in due):
        raise SystemExit(1)


@command.command("confirm")
@click.argument("country")
@click.argument("need")
def confirm_(country: str, need: str) -> None:
    """Confirm, one after the other, the numbers of COUNTRY (such as GB) for NEED (such as self_harm), with today's date.

    The file data/safety/helplines.yml is changed; start Mend again for it to count.
    """
    found = [line for line in lines() if (line.country, line.need) == (country.upper(), need) and line.source]
    if not found:
        known = sorted({f"{line.country} {line.need}" for line in lines() if line.source})
        raise click.BadParameter(f"nothing is listed for {country} {need}; known are {', '.join(known)}.", param_hint="COUNTRY NEED")
    for line in found:
        if click.confirm(f"{_named(line)}. Did you read it there today, and is it right?"):
            confirm(HELPLINES, line, date.today())
            click.echo("Noted. It is said from the next start on.")


def _named(line: Line) -> str:
    return f"{line.country}, {line.need}: {line.say} ({line.source})"
