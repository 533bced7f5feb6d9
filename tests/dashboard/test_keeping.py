"""Public pages that are kept: made once for a version of the store, and never more than memory has room for."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.public.keeping import Portfolios
from data import marks, sharing
from data.detect import detect
from data.models import Batch, Verdict
from tests.dashboard.leaking import link

TODAY = date(2026, 3, 1)


@pytest.fixture
def links(own_store, taxonomy):
    return [sharing.create(own_store, link(own_store, taxonomy, note=str(number)))[0] for number in range(4)]


def kept_of(portfolios, links):
    """Which of them are still what they were after all have been asked for once."""
    made = [portfolios.of(each) for each in links]
    return [portfolios.of(each) is before for each, before in zip(links, made, strict=True)]


def test_what_was_made_is_kept_until_the_store_changes(own_store, taxonomy, links):
    portfolios = Portfolios(own_store, lambda: taxonomy, lambda: TODAY)
    assert kept_of(portfolios, links) == [True] * 4
    before = portfolios.of(links[0])
    hidden = replace(own_store.project("key:0"), private=True)
    own_store.save_batch(own_store.accounts()[0].id, Batch(hidden, []))
    assert portfolios.of(links[0]) is not before


def test_a_visitor_who_came_before_a_change_leaves_nothing_behind(own_store, taxonomy, links):
    """They waited with the link as it was while the owner changed it: what is made for them is not kept for others."""
    portfolios = Portfolios(own_store, lambda: taxonomy, lambda: TODAY)
    before = links[0]
    changed = sharing.change(own_store, replace(before, projects=("key:0",), private_totals=False))
    assert len(portfolios.of(before).portfolio.projects) > 1
    assert portfolios.of(changed).portfolio.project_names == ("churn",)


def test_what_the_person_hid_is_gone_at_once(own_store, taxonomy, links):
    portfolios = Portfolios(own_store, lambda: taxonomy, lambda: TODAY)
    assert "churn" in portfolios.of(links[0]).portfolio.project_names
    marks.mark(own_store, Verdict.HIDE, marks.Target(marks.project_named(own_store, "churn")))
    detect(own_store, taxonomy)
    assert "churn" not in repr(portfolios.of(links[0]).portfolio.projects)


def test_only_so_many_projects_are_kept(own_store, taxonomy, links):
    shown = len(Portfolios(own_store, lambda: taxonomy, lambda: TODAY).of(links[0]).portfolio.projects)
    assert shown > 1
    portfolios = Portfolios(own_store, lambda: taxonomy, lambda: TODAY, projects=2 * shown)
    first, second, third = (portfolios.of(each) for each in links[:3])
    assert portfolios.of(links[2]) is third
    assert portfolios.of(links[1]) is second
    assert portfolios.of(links[0]) is not first  # made anew, in place of the one not asked for the longest
    assert portfolios.of(links[1]) is second
    assert portfolios.of(links[2]) is not third
    alone = Portfolios(own_store, lambda: taxonomy, lambda: TODAY, projects=1)
    assert alone.of(links[0]) is alone.of(links[0])  # one is kept however large it is
