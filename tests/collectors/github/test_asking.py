"""Whose a token is, and what GitHub tells of a login, while a person waits."""

import pytest

from collectors.github.asking import identities_of, owner_of
from data.errors import NotUsable, TryLater
from data.models import IdentityState
from data.settings import Settings
from tests.loopback.github import Answer, GitHub
from tests.loopback.state import User, World

SECRET, BOBS = "ghp_adas_secret", "ghp_bobs"


@pytest.fixture
def github():
    ada, bob = User(11, "Ada", "Ada Lovelace", "ada@example.org", emails=("ada@example.org",)), User(12, "bob")
    with GitHub(World([ada, bob], tokens={SECRET: ada, BOBS: bob})) as running:
        yield running


@pytest.fixture
def settings(github, tmp_path):
    return Settings(home=tmp_path, database_url="sqlite://", github_api_url=github.url)


def test_owner_is_asked_by_one_request(github, settings):
    assert owner_of(settings, SECRET) == owner_of(settings, SECRET, "ada") == "Ada"
    assert [ask.path for ask in github.asked] == ["/user", "/user"]


@pytest.mark.parametrize(
    ("token", "told"),
    [("ghp_expired", "refuses this token.*/settings/tokens"), (BOBS, "belongs to bob, not to ada")],
)
def test_wrong_token_is_refused_in_words(settings, token, told):
    with pytest.raises(NotUsable, match=told) as refused:
        owner_of(settings, token, "ada")
    assert token not in str(refused.value)


def test_trouble_is_no_refusal(github, settings):
    github.faults.append(lambda _: Answer(502))
    with pytest.raises(TryLater, match="has trouble"):
        owner_of(settings, SECRET)


def test_token_without_leave_is_told(github, settings):
    github.faults.append(lambda _: Answer(403, {"message": "Resource not accessible"}))
    with pytest.raises(NotUsable, match="does not say whose"):
        owner_of(settings, SECRET)


def test_identities_of_a_login(github, settings):
    told = {(item.value, item.state) for item in identities_of(settings, "ada", SECRET)}
    assert ("ada@example.org", IdentityState.CONFIRMED) in told  # verified, seen with the token
    assert ("github:11", IdentityState.CONFIRMED) in told
    anonymous = {(item.value, item.state) for item in identities_of(settings, "ada")}
    assert ("ada@example.org", IdentityState.PROPOSED) in anonymous
    assert ("ada@example.org", IdentityState.CONFIRMED) not in anonymous
    assert len(github.asked) <= 6
    assert not list(settings.home.iterdir())  # nothing is kept


def test_unknown_login_is_told(settings):
    with pytest.raises(NotUsable, match="knows no login nobody"):
        identities_of(settings, "nobody")
