"""`rasa shell` for a person: answers may always be typed, and Ctrl-C ends it.

Rasa's own shows a menu in place of the prompt wherever there are buttons, and on Ctrl-C there it fails and goes on running without
a prompt.
Run as `python -m bot.channels.shell shell …` with Rasa's own arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import questionary
from prompt_toolkit.styles import Style
from rasa.__main__ import main
from rasa.core.channels import console
from rasa.shared.utils.cli import print_color
from rasa.shared.utils.io import bcolors

_STYLE = Style([("qmark", "#b373d6"), ("", "#b373d6")])


async def ask(previous_response: dict[str, Any] | None) -> str | None:
    """Show the last answer with its buttons and read what the person says; None, which ends the chat, on Ctrl-C and Ctrl-D."""
    buttons = (previous_response or {}).get("buttons") or []
    if previous_response is not None:
        console._print_bot_output({name: value for name, value in previous_response.items() if name != "buttons"})
    if buttons:
        print_color("  ".join(f"[{number}] {button['title']}" for number, button in enumerate(buttons, 1)), color=bcolors.OKBLUE)
    try:
        said = await questionary.text("", qmark="Your input ->", style=_STYLE).unsafe_ask_async()
    except (KeyboardInterrupt, EOFError):
        return None
    return payload(said.strip(), buttons)


def payload(said: str, buttons: Sequence[dict[str, str]]) -> str:
    """What a typed line stands for: the payload of a button named by its number or title, else the line itself."""
    for number, button in enumerate(buttons, 1):
        if said.lower() in (str(number), button["title"].lower()):
            return button["payload"]
    return said


if __name__ == "__main__":
    console._get_user_input = ask
    main()
