"""`tilik digest`: compose what a mailbox has not had yet, and hand it to its channel."""

from __future__ import annotations

from config.load import ConfigError  # noqa: F401 - raised by settings_of, caught in ending.py

MAIL_UNAVAILABLE = 69
