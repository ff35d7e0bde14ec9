"""The plugin's log: a small rotating file in the data folder, never a picture or a key in it."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG = "layer-edit.log"

LEVELS = {"warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}
"""By the name that the settings have for it."""


def set_level(level: str) -> None:
    """Log what is of that level of LEVELS or graver; 'info' for an unknown one."""
    logging.getLogger(__package__).setLevel(LEVELS.get(level, logging.INFO))


def start_log(folder: Path, level: str = "info") -> None:
    """Log to layer-edit.log in the data folder; without a writable folder to stderr only."""
    logger = logging.getLogger(__package__)
    set_level(level)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / LOG, maxBytes=500_000, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
