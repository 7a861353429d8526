"""`rasa shell` that ends on Ctrl-C and Ctrl-D: Rasa's own loses its prompt then and goes on running without one.

Run as `python -m bot.channels.shell shell …` with Rasa's own arguments.
"""

from __future__ import annotations

from typing import Any

from rasa.__main__ import main
from rasa.core.channels import console

_record_messages = console.record_messages


async def record_messages(*args: Any, **kwargs: Any) -> int:
    """Rasa's prompt; an interrupt or the end of input ends it as `/stop` does."""
    try:
        return await _record_messages(*args, **kwargs)
    except (KeyboardInterrupt, EOFError):
        return 0


if __name__ == "__main__":
    console.record_messages = record_messages
    main()
