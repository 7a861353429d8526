"""What a command that fails tells the person at the keyboard."""

from __future__ import annotations

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot.guidance.library import GuidanceError
from bot.journal.encrypted import UnreadableError
from bot.journal.keys import KeyFileError
from bot.journal.store import JournalError
from bot.processes import ProcessError
from bot.safety.alert import AlertError
from bot.settings import SettingsError
from bot.stores.conversations import ConversationsError
from bot.understanding.encoder import WeightsError

#: Errors whose message is a sentence already.
_OURS = (
    AlertError,
    ConversationsError,
    GuidanceError,
    JournalError,
    KeyFileError,
    ProcessError,
    SettingsError,
    UnreadableError,
    WeightsError,
)


def sentence(error: Exception) -> str | None:
    """What went wrong and what to do next; None for a fault of ours, which needs its traceback."""
    if isinstance(error, _OURS):
        return str(error)
    kind = type(error).__name__
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or kind
        return f"{what}. Check that file and the free disk space, then run the command again."
    if isinstance(error, ImportError):
        return f"The Python package {error.name} is missing: run `make setup`."
    if isinstance(error, UnicodeDecodeError):
        return f"A file that should hold text holds something else ({error.reason}): restore it with git or from your backup."
    if isinstance(error, (SQLAlchemyError, CommandError)):
        return f"The database answered with an error ({kind}): run `mend doctor`, which says what is wrong with it."
    return None
