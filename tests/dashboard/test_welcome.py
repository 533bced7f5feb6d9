"""Welcome: what is asked, what is kept, what is refused; nothing typed is lost and no token is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard import welcome_parts
from dashboard.answers import answer
from dashboard.pages import welcome
from dashboard.site import FirstLook, SourceChoice
from data.discovered import FoundAuthor, FoundFolder, FoundFolders, FoundPeople
from data.errors import NotUsable, TryLater
from data.models import IdentityState, Issue, RunState
from data.tasks import Tasks
from data.tokens import GitHubToken, Kept, Where
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.entering import settings_with
from tests.dashboard.reading import ids, links, text_of, walk

SECRET = "ghp_adas_secret"
WHEN = datetime(2024, 3, 1, tzinfo=UTC)
FOLDERS = FoundFolders((FoundFolder("/home/ada/code", "~/code", 3, date(2024, 3, 1)),))
PEOPLE = FoundPeople(
    (
        FoundAuthor("ada@example.org", "Ada", 8, 2, WHEN, WHEN, "git-config", likely=True),
        FoundAuthor("ada@old.example", "Ada", 4, 1, WHEN, WHEN, alike=True),
        FoundAuthor("bob@example.org", "Bob", 2, 1, WHEN, WHEN),
    ),
    login="ada",
    read=3,
    clones=3,
)
EMPTY = {"login": "", "folders": [], "folder": "", "kaggle": "", "stackoverflow": ""}


def check_folder(handle):
    if "nowhere" in handle:
        raise NotUsable(f"There is no folder {handle}; check the path.")
    return handle


SOURCES = {
    "github": SourceChoice("GitHub", "Login", "octocat", str.lower),
    "git": SourceChoice("Git folders", "Folder", "~/code", check_folder),
    "kaggle": SourceChoice("Kaggle", "User name", "name"),
    "stackoverflow": SourceChoice("Stack Overflow", "Number", "1"),
}


class Memory(GitHubToken):
    """Without any key ring."""

    def _ask(self, *_, **__):
        return 3, ""


def owner_of(token, login):
    if token == "ghp_later":
        raise TryLater("GitHub does not answer (timeout)")
    if token != SECRET:
        raise NotUsable("GitHub refuses this token.")
    return login


@pytest.fixture
def look(tmp_path):
    return FirstLook(lambda: FOLDERS, lambda *_: PEOPLE, owner_of, Memory(samples.settings(tmp_path)))


@pytest.fixture
def fresh(tmp_path):
    """A store that a test may fill: the shared empty one stays empty."""
    with samples.new_store(tmp_path / "fresh.db") as store:
        yield store


@pytest.fixture
def site(fresh, taxonomy, tmp_path, look):
    launched = []
    app = make_app(
        fresh, taxonomy, tmp_path, sources=SOURCES, first_look=look, launch=launched.append, command="skillfolio"
    )
    app.site.launched = launched
    return app.site


def body(site):
    return answer(site, "/welcome", "")[0].body


def places(site, **filled):
    return welcome.places_of(site, EMPTY | filled).accounts


def test_page_asks_where_work_is(site):
    text = text_of(body(site))
    assert "Where is your work?" in text
    assert "Reading your work" in text  # the later steps stand, hidden
    hidden = [part.id for part in _parts(site) if getattr(part, "hidden", False) is True]
    assert {"welcome-who", "welcome-reading"} <= set(hidden)


def _parts(site):
    return [part for part in walk(body(site)) if getattr(part, "id", None)]


def test_the_end_says_who_reads_what_comes_later(site, fresh):
    assert "read when you press Collect" in text_of(welcome_parts.read_head(site))
    Tasks(fresh).beat("somebody")
    assert "read by itself" in text_of(welcome_parts.read_head(site))


def test_empty_overview_leads_here(site):
    assert "/welcome" in links(answer(site, "/", "")[0].body)


def test_fields_become_sources(site):
    found = places(
        site, login=" Ada ", folders=["/home/ada/code"], folder="/home/ada/code", kaggle="ada", stackoverflow="5"
    )
    assert found == (("github", "ada"), ("git", "/home/ada/code"), ("kaggle", "ada"), ("stackoverflow", "5"))


@pytest.mark.parametrize(
    ("filled", "told"),
    [({}, "at least one place"), ({"folder": "/nowhere"}, "no folder /nowhere"), ({"login": "  "}, "one place")],
)
def test_what_cannot_be_used_is_told(site, filled, told):
    with pytest.raises(NotUsable, match=told):
        places(site, **filled)


def test_folders_are_refused_where_others_get_in(fresh, taxonomy, tmp_path, look):
    settings = settings_with(tmp_path)
    site = make_app(fresh, taxonomy, tmp_path, sources=SOURCES, first_look=look).site
    site.settings = settings
    with pytest.raises(NotUsable, match="meant to be reached by others"):
        places(site, login="ada", folder="/etc")
    assert places(site, login="ada") == (("github", "ada"),)
    assert "meant to be reached by others" in text_of(body(site))
    assert "~/code" not in text_of(body(site))


def test_keeping_adds_sources_and_the_persons_word(site, fresh):
    chosen = welcome.Places((("github", "ada"), ("git", "/home/ada/code")))
    welcome._keep(site, chosen, ["ada@old.example"], ["ada@example.org"])
    assert [(a.source, a.handle) for a in fresh.accounts()] == [("github", "ada"), ("git", "/home/ada/code")]
    states = {item.value: (item.state, item.said_by) for item in fresh.identities()}
    assert states["ada@old.example"] == (IdentityState.CONFIRMED, "person")
    assert states["ada@example.org"] == (IdentityState.REMOVED, "person")  # proposed, and not chosen
    welcome._keep(site, chosen, ["ada@old.example"], [])
    assert len(fresh.accounts()) == 2


def test_token_is_checked_then_kept_and_never_shown(look):
    for token, told in (
        ("ghp_wrong", "refuses"),
        ("ghp_later", "cannot be checked now"),
        ("two words", "copy it again"),
    ):
        with pytest.raises(NotUsable, match=told):
            welcome._keep_token(look, token, "ada")
    assert look.token.kept is None
    with pytest.raises(NotUsable, match="Name the GitHub login"):
        welcome._keep_token(look, SECRET, "")
    text = text_of(welcome._keep_token(look, SECRET, "ada"))
    assert "of ada is in memory" in text
    assert "GITHUB_TOKEN" in text
    assert look.token.kept == Kept(Where.MEMORY, "ada")
    assert SECRET not in text


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (None, "checked with GitHub"),
        (Kept(Where.ENVIRONMENT), "GITHUB_TOKEN is set"),
        (Kept(Where.KEYRING, "ada"), "The token of ada is in the key ring"),
        (Kept(Where.MEMORY), "The token is in memory"),
    ],
)
def test_page_says_where_the_token_is(look, kept, told):
    class At:
        def __init__(self):
            self.kept = kept

    assert told in text_of(welcome_parts.token_kept(replace(look, token=At())))


def test_likely_addresses_come_first_and_strangers_are_folded_away():
    shown = welcome_parts.people(PEOPLE)
    labels = [part.label for part in _boxes(shown)]
    assert labels == ["ada@example.org", "ada@old.example", "bob@example.org"]
    assert "Show 1 other author" in text_of(shown)
    assert "from git’s settings" in _boxes(shown)[0].description
    assert "the same name as yours" in _boxes(shown)[1].description


def _boxes(part):
    return [one for one in walk(part) if type(one).__name__ == "Checkbox"]


def test_nobody_likely_shows_those_with_most_commits():
    nobody = replace(PEOPLE, authors=tuple(replace(a, likely=False, alike=False) for a in PEOPLE.authors))
    assert "other author" not in text_of(welcome_parts.people(nobody))
    assert welcome._is_needed(replace(nobody, login=""))
    assert not welcome._is_needed(nobody)  # GitHub knows who they are


def test_what_could_not_be_asked_is_told():
    text = text_of(welcome_parts.found_note(replace(PEOPLE, read=2, trouble="GitHub’s request limit is reached")))
    assert "2 of 3 repositories" in text
    assert "GitHub’s request limit is reached. Reading tries again." in text


def test_found_folders_are_chosen_and_unfound_are_told():
    assert "3 repositories" in _boxes(welcome_parts.folders(FOLDERS))[0].description
    assert "No clones were found" in text_of(welcome_parts.folders(FoundFolders()))
    assert "Not everything was looked at" in text_of(welcome_parts.folders(replace(FOLDERS, whole=False)))


def test_reading_shows_what_is_in_and_where_to_go(own_store, taxonomy, tmp_path, look):
    site = make_app(own_store, taxonomy, tmp_path, sources=SOURCES, first_look=look).site
    key, shown = welcome_parts.what_is_in(site, datetime(2020, 1, 1, tzinfo=UTC), busy=True)
    assert "Open your overview" in text_of(shown)
    assert "so far" in text_of(shown)
    ended, finished = welcome_parts.what_is_in(site, datetime(2020, 1, 1, tzinfo=UTC), busy=False)
    assert key != ended
    assert {"/", "/share"} <= set(links(finished))


def test_failed_run_says_why(fresh, site):
    account = fresh.add_account("github", "ada")
    since = datetime.now(UTC)
    run = fresh.start_run(account)
    fresh.note_issue(run, Issue("not-usable", "GitHub knows no login ada."))
    fresh.end_run(run, RunState.FAILED, {})
    site.portfolio.forget()
    _, shown = welcome_parts.what_is_in(site, since, busy=False)
    assert "GitHub knows no login ada." in text_of(shown)
    assert "Nothing of yours was found" in text_of(shown)


def test_sample_without_sides_tells_commands(own_store, taxonomy, tmp_path, look):
    own_store.set_setting("sample", {"label": "Sample portfolio", "repositories": ["a/b"]})
    site = make_app(own_store, taxonomy, tmp_path, first_look=look).site
    assert "skillfolio up" in text_of(body(site))
    assert "welcome-login" not in ids(body(site))


def test_what_callbacks_ask_for_is_on_the_page(site):
    there = {part.id for part in _parts(site) if isinstance(part.id, str)}
    used = {
        one["id"]
        for entry in site.app._callback_list
        for one in [*entry["inputs"], *entry["state"]]
        if str(one["id"]).startswith("welcome-")
    }
    assert used - there == {"welcome-forget"}  # stands where a token is kept
