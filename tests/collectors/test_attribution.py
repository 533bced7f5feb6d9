from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from collectors.attribution import Wanted, is_bot, time_of
from collectors.repository import Commit

DAY = datetime(2021, 5, 1, tzinfo=UTC)
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def commit(
    email="ben@example.org", name="Ben", *, co=(), notes=(), committer="", subject="x", authored=DAY, committed=DAY
):
    return Commit(
        id="a" * 40,
        email=email,
        name=name,
        mapped_email=email,
        mapped_name=name,
        authored=authored,
        committer_email=committer or email,
        committed=committed,
        parents=(),
        subject=subject,
        co_authors=tuple(("Somebody", address) for address in co),
        reverts="",
        notes=tuple(notes),
    )


ME = Wanted.of(["Ann@Example.org "], github_logins=["Ann-Dev"], github_ids=[123])

MINE = [
    "ann@example.org",
    "ANN@EXAMPLE.ORG",
    "123+ann-dev@users.noreply.github.com",
    "123+former-name@users.noreply.github.com",
    "Ann-Dev@users.noreply.github.com",
]
NOT_MINE = [
    "ann@example.org.evil.net",
    "xann@example.org",
    "124+ann-dev@users.noreply.github.com",
    "ann-dev@example.org",
    "ann-dev2@users.noreply.github.com",
    "123+ann-dev@users.noreply.github.com.evil.net",
    "",
]


@pytest.mark.parametrize("email", MINE)
def test_address_is_mine(email):
    credit = ME.credit(commit(email))
    assert credit is not None
    assert (credit.email, credit.role) == (email.casefold(), "author")


@pytest.mark.parametrize("email", NOT_MINE)
def test_address_is_not_mine(email):
    assert ME.credit(commit(email, name="Ann")) is None


def test_removed_address_is_not_mine_whatever_speaks_for_it():
    removed = "123+ann-dev@users.noreply.github.com"
    wanted = Wanted.of(["ann@example.org"], github_logins=["ann-dev"], github_ids=[123], removed=[removed])
    assert not wanted.holds(removed)
    assert wanted.holds("ann-dev@users.noreply.github.com")


def test_login_alone_tells_when_no_id_is_known():
    wanted = Wanted.of(github_logins=["ann-dev"])
    assert wanted.holds("99+ann-dev@users.noreply.github.com")


def test_co_author_after_author():
    credit = ME.credit(commit(co=("cleo@example.org", "ANN@example.org")))
    assert credit is not None
    assert (credit.email, credit.role, credit.assisted) == ("ann@example.org", "co-author", False)


ASSISTED = [
    {"co": ("noreply@anthropic.com",)},
    {"co": ("175728472+Copilot@users.noreply.github.com",)},
    {"co": ("cursoragent@cursor.com",)},
    {"co": ("codex@openai.com",)},
    {"co": ("158243242+devin-ai-integration[bot]@users.noreply.github.com",)},
    {"co": ("aider@aider.chat",)},
    {"co": ("218195315+gemini-cli@users.noreply.github.com",)},
    {"committer": "noreply@anthropic.com"},
    {"name": "Ann (aider)"},
    {"subject": "aider: fix it"},
    {"notes": ("🤖 Generated with [Claude Code](https://claude.ai/code)",)},
    {"notes": ("Assisted-by: Something",)},
]
UNASSISTED = [
    {},
    {"co": ("claude.monet@example.org",)},
    {"subject": "talk about claude and copilot"},
    {"notes": ("Docs: generated with sphinx",)},
    {"name": "Devin"},
    {"co": ("gemini@example.org",)},
]


@pytest.mark.parametrize("traits", ASSISTED, ids=str)
def test_assisted(traits):
    credit = ME.credit(commit("ann@example.org", **traits))
    assert credit is not None
    assert credit.assisted


@pytest.mark.parametrize("traits", UNASSISTED, ids=str)
def test_not_assisted(traits):
    credit = ME.credit(commit("ann@example.org", **traits))
    assert credit is not None
    assert not credit.assisted


def test_assistants_are_never_the_person_but_editable():
    wanted = Wanted(emails=frozenset({"ann@example.org"}), assistants=("robot@mine.example",))
    assert wanted.is_assisted(commit("ann@example.org", co=("robot@mine.example",)))
    assert not wanted.is_assisted(commit("ann@example.org", co=("noreply@anthropic.com",)))


def test_everyone_credits_the_human_beside_an_assistant():
    everyone = Wanted(everyone=True)
    credit = everyone.credit(commit("copilot@github.com", co=("ann@example.org",)))
    assert credit is not None
    assert (credit.email, credit.role, credit.assisted) == ("ann@example.org", "co-author", True)
    alone = everyone.credit(commit("copilot@github.com"))
    assert alone is not None
    assert alone.assisted


BOTS = [
    "49699333+dependabot[bot]@users.noreply.github.com",
    "github-actions[bot]@users.noreply.github.com",
    "41898282+github-actions[bot]@users.noreply.github.com",
    "support@dependabot.com",
    "bot@renovateapp.com",
    "snyk-bot@snyk.io",
    "action@github.com",
    "release-bot@example.org",
]
PEOPLE = [
    "abbot@example.org",
    "robot.lover@example.org",
    "talbot@x.org",
    "actions@example.org",
    "ann@users.noreply.github.com",
]


@pytest.mark.parametrize("email", BOTS)
def test_bot(email):
    assert is_bot(email)
    assert Wanted(everyone=True).credit(commit(email)) is None


@pytest.mark.parametrize("email", PEOPLE)
def test_no_bot(email):
    assert not is_bot(email)


@pytest.mark.parametrize(
    ("authored", "committed", "expected"),
    [
        (DAY, NOW, DAY),
        (datetime(2004, 12, 31, tzinfo=UTC), DAY, DAY),
        (datetime(2005, 1, 1, tzinfo=UTC), DAY, datetime(2005, 1, 1, tzinfo=UTC)),
        (NOW + timedelta(hours=20), DAY, NOW + timedelta(hours=20)),
        (NOW + timedelta(days=2), DAY, DAY),
        (NOW + timedelta(days=2), NOW + timedelta(days=2), None),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), None),
    ],
)
def test_time_of(authored, committed, expected):
    assert time_of(commit(authored=authored, committed=committed), NOW) == expected
