"""Rasa's command line as Mend runs it: a prompt for a person, and logs that hold nothing of what is said.

At Rasa's own prompt a menu stands in its place wherever there are buttons, typed text may be a command, and on Ctrl-C there it fails and
goes on running without a prompt. Run as `python -m bot.channels.shell shell …` or `… run …` with Rasa's own arguments.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
import warnings
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import click
import questionary
from prompt_toolkit.styles import Style

_STYLE = Style([("qmark", "#b373d6"), ("", "#b373d6")])
#: Commands that a person may type: Rasa's prompt takes the first as the end of the chat, and the second forgets nothing here.
_COMMANDS = ("/stop", "/restart")
#: What Rasa's structured log says of an event besides the person's words.
_KEPT = ("event", "event_info", "action_name", "filename")


async def ask(previous_response: dict[str, Any] | None) -> str | None:
    """Show the last answer with its buttons and read what the person says; None, which ends the chat, on Ctrl-C and Ctrl-D."""
    from rasa.core.channels import console

    buttons = (previous_response or {}).get("buttons") or []
    if previous_response is not None:
        console._print_bot_output({name: value for name, value in previous_response.items() if name != "buttons"})
    if buttons:
        click.secho(offered(buttons), fg="blue")
    try:
        said = await questionary.text("", qmark="Your input ->", style=_STYLE).unsafe_ask_async()
    except (KeyboardInterrupt, EOFError):
        return None
    return payload(said, buttons)


def offered(buttons: Sequence[dict[str, str]]) -> str:
    """The buttons in one line, with their positions where these may be typed."""
    return "  ".join(f"[{number}] {button['title']}" if number else f"[{button['title']}]" for number, button in _numbered(buttons))


def payload(said: str, buttons: Sequence[dict[str, str]]) -> str:
    """What a typed line stands for: a button just offered, by its title or position, or else itself; never another command."""
    said = said.strip()
    for button in buttons:
        if said.lower() == button["title"].lower():
            return button["payload"]
    for number, button in _numbered(buttons):
        if said and said == number:
            return button["payload"]
    if said in _COMMANDS or said in [button["payload"] for button in buttons]:
        return said
    return re.sub(r"^/[/\s]*", "", said)


def _numbered(buttons: Sequence[dict[str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Each button with its position; with none where a title is a number, for which of the two is meant could not be told."""
    has_numbers = any(button["title"].strip().isdecimal() for button in buttons)
    return [("" if has_numbers else str(number), button) for number, button in enumerate(buttons, 1)]


class Chat:
    """Rasa's chat at the prompt, and whether the person ended it.

    What breaks it off is told by its kind; Rasa by itself would go on running without a prompt.
    """

    def __init__(self, talk: Callable[..., Awaitable[int]]) -> None:
        self._talk = talk
        self.was_ended = False

    async def __call__(self, **how: Any) -> int:
        """Talk until the person ends it."""
        try:
            said = await self._talk(**how)
        except Exception as error:
            click.secho(f"\nThe answer did not come ({type(error).__name__}).", fg="red", err=True)
            return 0
        self.was_ended = True
        return said


def keep_logs_free_of_words() -> None:
    """Leave out of warnings, logs and tracebacks of Rasa's what a person said; to be called before Rasa's command line runs."""
    import structlog
    from rasa import __main__ as rasa

    warnings.showwarning = lambda *_, **__: None  # they quote messages; a filter would not do, because importing sanic adds one of its own
    logging.setLogRecordFactory(_record_without_words)
    configure = rasa.configure_structlog

    def configure_without_words(log_level: int | None = None) -> None:
        configure(log_level)
        structlog.configure(processors=[without_words, *structlog.get_config()["processors"]])

    rasa.configure_structlog = configure_without_words


def without_words(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An entry of the structured log with what happened and where, but nothing that was said."""
    left: dict[str, Any] = {name: entry[name] for name in _KEPT if name in entry}
    error = sys.exc_info()
    if entry.get("exc_info") and error[0] is not None:
        left["error"] = _where(error)
    return {**left, "exc_info": False}  # a missing one would be put back


def _record_without_words(*arguments: Any, **options: Any) -> logging.LogRecord:
    record = logging.LogRecord(*arguments, **options)
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text, record.exc_info = _where(record.exc_info), None
    return record


def _where(error: Any) -> str:
    """A traceback without the error's message and the variables, which may quote what was said."""
    kind, _, frames = error
    return "".join(traceback.format_tb(frames)) + kind.__name__


def run() -> int:
    """Run Rasa's command line; 0 unless a chat ended without the person."""
    keep_logs_free_of_words()

    from rasa.__main__ import main
    from rasa.core.channels import console

    chat = Chat(console.record_messages)
    console._get_user_input, console.record_messages = ask, chat
    main()
    return int(sys.argv[1] == "shell" and not chat.was_ended)


if __name__ == "__main__":
    sys.exit(run())
