"""Nothing private in anything public, whatever a link asks for."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data import learning, published
from data.detect import detect
from data.models import Batch
from tests.dashboard import leaking, samples

AS_OF = date(2026, 3, 1)
LISTS = ("areas", "projects", "sources")
LEFT_OUT = st.fixed_dictionaries({name: st.sets(st.integers(0, 20)) for name in LISTS})
NAMES = ("named", "private_totals", "findable")
SWITCHES = st.fixed_dictionaries({name: st.booleans() for name in NAMES})


class Gate:
    """Makes portfolios from a store full of private words."""

    def __init__(self, store, taxonomy):
        self.store, self.taxonomy = store, taxonomy

    def __repr__(self):  # hypothesis writes what it hands to a test
        return "gate"

    def link(self, **more):
        return leaking.link(self.store, self.taxonomy, **more)

    def portfolio(self, **more):
        return published.portfolio(self.store, self.taxonomy, self.link(**more), AS_OF)


@pytest.fixture(scope="module")
def gate(tmp_path_factory, taxonomy):
    with samples.new_store(tmp_path_factory.mktemp("leaks") / "store.db") as store:
        leaking.fill(store, taxonomy)
        yield Gate(store, taxonomy)


def test_own_words_are_told_apart(gate):
    skills = {skill.id: skill for area in gate.portfolio().areas for skill in area.skills}
    assert skills["meetups-courses"].level > 0
    assert {id_ for id_, skill in skills.items() if skill.self_reported} == {"meetups-courses"}
    assert "<em>self-reported</em>" in dict(leaking.outputs(gate.portfolio()))["page"]


def leaks_of(portfolio):
    return [leak for name, output in leaking.outputs(portfolio) for leak in leaking.leaks(name, output)]


def test_the_canaries_are_in_the_store(gate):
    """Else the other tests would prove nothing."""
    folder = Path(gate.store.engine.url.database).parent
    held = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    assert {word for _, word in leaking.leaks("store", held)} == set(leaking.CANARIES)


def test_the_search_finds_what_leaks(gate):
    told = replace(gate.portfolio(), person=" ".join(leaking.CANARIES))
    outputs = dict(leaking.outputs(told))
    for name in ("values", "page", "html", "index.html", "json-resume", "openbadge"):
        assert set(leaking.CANARIES) == {word for _, word in leaking.leaks(name, outputs[name])}, name


def test_every_output_is_searched(gate):
    """But for pictures of words, which hold no text; they are made of the same values. One page is of nobody."""
    shown = gate.portfolio()
    first = replace(shown.areas[0], name="zebrafirm")
    told = replace(shown, person="zebrafirm", areas=(first, *shown.areas[1:]))
    dumb = {name for name, output in leaking.outputs(told) if not leaking.leaks(name, output)}
    others = {f"badge-{area.id}{more}.svg" for area in (*shown.areas[1:],) for more in ("", "-light", "-dark")}
    whole = {f"badge-all{more}.svg" for more in ("", "-light", "-dark")}
    assert dumb == {"preview.png", "404.html", ".nojekyll"} | others | whole


def test_everything_asked_for_tells_nothing_private(gate):
    portfolio = gate.portfolio()
    assert portfolio.summary.private_projects == 5  # they do count, but for what was taken back
    assert {source.id for source in portfolio.sources} == {"github", "kaggle", "manual"}
    assert [entry.title for source in portfolio.sources for entry in source.entries if source.self_reported] == [
        "A public course"
    ]
    assert "churn" in portfolio.project_names
    assert leaks_of(portfolio) == []


@settings(max_examples=12)
@example(left_out={"areas": set(), "projects": {0, 5}, "sources": set()}, switches=dict.fromkeys(NAMES, True))
@given(left_out=LEFT_OUT, switches=SWITCHES)
def test_no_choice_leaks(gate, left_out, switches):
    chosen = {
        name: tuple(one for number, one in enumerate(getattr(gate.link(), name)) if number not in numbers)
        for name, numbers in left_out.items()
    }
    assert leaks_of(gate.portfolio(**chosen, **switches)) == []


@pytest.mark.parametrize("named", [True, False])
def test_private_work_changes_nothing_where_it_may_not_count(own_store, taxonomy, named):
    """No sum, date, level, point of growth or order; earlier, later and on days of its own."""

    def portfolio():
        chosen = leaking.link(own_store, taxonomy, private_totals=False, named=named)
        return replace(published.portfolio(own_store, taxonomy, chosen, AS_OF), read=None)

    before = portfolio()
    account = own_store.accounts()[0].id
    for project in leaking.private_projects():
        commits = leaking.commits(project.key, author=samples.ME, earlier=timedelta(days=400))
        own_store.save_batch(account, Batch(project, commits, leaking.PRIVATE_FACTS))
    learning.add_entry(own_store, learning.Entry("course", "lemurtitle", date(2019, 5, 1), public=False))
    detect(own_store, taxonomy)
    assert published.portfolio(own_store, taxonomy, leaking.link(own_store, taxonomy), AS_OF).days != before.days
    assert portfolio() == before
