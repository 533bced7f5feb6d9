"""Errors, grouped by what happens next.

SkillfolioError
├── SettingMissing    say all that are missing, exit
├── TryLater          rate limit or outage: the bookmark stays, the run ends calmly
├── UnexpectedReply   a source changed: fail loudly
├── NotUsable         what the person named cannot be used (no repository there, bad login …)
├── StoreTooNew       the store was written by a newer version
└── TaxonomyError     a taxonomy file is wrong: file, line, what
"""

from __future__ import annotations


class SkillfolioError(Exception):
    """Base of all errors that are told to the person as a sentence, without a trace."""


class SettingMissing(SkillfolioError):
    """One or more settings are needed and absent; the message names them all."""


class TryLater(SkillfolioError):
    """The source asks us to wait, or does not answer; `seconds` says how long when it told."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class UnexpectedReply(SkillfolioError):
    """The source answered with something that its documentation does not describe."""


class NotUsable(SkillfolioError):
    """What the person named cannot be used; the message says why and what to do."""


class StoreTooNew(SkillfolioError):
    """The store was written by a newer version of Skillfolio."""


class TaxonomyError(SkillfolioError):
    """A taxonomy file is wrong; the message holds one `file:line: what` per line."""
