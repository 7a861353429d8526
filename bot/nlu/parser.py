"""Parses messages with a trained model, here and now, without a server: for measuring."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import load_agent
from rasa.utils.log_utils import configure_structlog


def parser(model: Path) -> Callable[[str], dict[str, Any]]:
    """A function that gives a message's parse (`intent`, `meaning`, `entities`) by the model in this file."""
    configure_structlog(logging.ERROR)  # below that it would print each message
    agent = asyncio.run(load_agent(model_path=str(model)))
    return lambda text: dict(asyncio.run(agent.parse_message(text)))
