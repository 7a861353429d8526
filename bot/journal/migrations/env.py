"""Alembic's entry: migrates the journal that the settings name."""

from typing import Any

from alembic import context

from bot.journal.encrypted import Encrypted
from bot.journal.models import Base
from bot.journal.store import engine, wait_for_other_machines
from bot.settings import load_settings


def render(kind: str, item: Any, _: Any) -> Any:
    """Write encrypted columns as plain bytes: a migration must not import the code it migrates."""
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Encrypted) else False


connectable = context.config.attributes.get("engine") or engine(load_settings())

with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render)
    with context.begin_transaction():
        wait_for_other_machines(connection)
        context.run_migrations()
    connection.commit()
