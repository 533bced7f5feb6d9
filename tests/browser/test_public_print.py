"""On paper a portfolio takes two pages, whatever its owner wrote and chose; what does not fit is left out whole."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from dashboard.exports import static
from data import published
from data.public_parts import PublicEntry, PublicSource
from data.taxonomy import load_taxonomy
from tests.dashboard import leaking, samples

MM = 96 / 25.4
PAPERS = {  # format, and what its margins leave: pixels
    "A4": {"width": round(186 * MM), "height": round(275 * MM)},
    "Letter": {"width": round(191.9 * MM), "height": round(257.4 * MM)},
}
MARGIN = {"top": "11mm", "bottom": "11mm", "left": "12mm", "right": "12mm"}
CUT = """() => [...document.querySelectorAll('.sheet')].flatMap((sheet) => [...sheet.children, ...sheet.querySelectorAll('.sources h2')]
  .filter((part) => part.getBoundingClientRect().bottom > sheet.getBoundingClientRect().bottom + 1)
  .map((part) => part.className))"""
BROKEN = """() => {
  const box = document.querySelector('.projects')?.getBoundingClientRect();
  const seen = [...document.querySelectorAll('.projects:not(.more *) > .project')]
    .filter((one) => one.getBoundingClientRect().left < box.right);
  return {
    seen: seen.length,
    broken: seen.filter((one) => one.getClientRects().length > 1 || one.getBoundingClientRect().bottom > box.bottom + 1)
      .map((one) => one.innerText),
  };
}"""
WORDS = "I build forecasting systems, from the pipeline to the service. "


def long_projects(found, number):
    name = "an-organisation-with-quite-a-long-name/and-a-repository-whose-name-nobody-should-ever-choose"
    first = found.projects[0]
    return tuple(
        replace(first, name=f"{name}-{one}", description="It forecasts what is asked of it. " * 7)
        for one in range(number)
    )


def dormant(areas):
    """All skills, used long ago."""
    last = {"level": 4, "level_name": "sustained", "recency": "dormant", "last": date(2019, 5, 5)}
    return tuple(replace(area, skills=tuple(replace(skill, **last) for skill in area.skills)) for area in areas)


def of_area(projects, area):
    return tuple(replace(one, skills=tuple(skill for skill in one.skills if skill.area == area.id)) for one in projects)


def sources(number):
    entry = PublicEntry("notebook", f"{WORDS}{WORDS}"[:120], "https://a.example/", date(2025, 1, 1))
    return tuple(
        PublicSource(f"s{one}", "Somewhere", one == 3, (("notebook", 400), ("submission", 600)), (entry,) * 6)
        for one in range(number)
    )


def people(found):
    """Portfolios by what is special about them."""
    first = found.areas[0]
    everything = {
        "person": "Maximiliane-Konstanze Hohenlohe-Schillingsfürst-Waldenburg von und zu Langenburg"[:80],
        "title": ("Principal engineer for forecasting, ranking and experimentation " * 2)[:120],
        "introduction": (WORDS * 80)[:4000],
    }
    days = tuple(date(1990, 1, 1) + timedelta(days=50 * number) for number in range(260))
    return {
        "plain": found,
        "long": replace(found, **everything),
        "paragraphs": replace(found, introduction=f"{WORDS * 3}\n\n" * 20),
        "list": replace(found, introduction="\n".join(f"- {number}" for number in range(200))),
        "wide": replace(found, person="W" * 80, title="W" * 120),
        "unbroken": replace(found, introduction="w" * 4000),
        "projects": replace(found, projects=long_projects(found, 40)),
        "sources": replace(found, sources=sources(4)),
        "two sources": replace(found, sources=sources(2)),
        "years": replace(found, days=days),
        "all": replace(found, **everything, projects=long_projects(found, 40), sources=sources(4), days=days),
        "every skill": replace(found, areas=dormant(found.areas), sources=sources(4)),
        "one area": replace(found, areas=(first,), projects=of_area(found.projects, first)),
        "no growth": replace(found, areas=tuple(replace(area, growth=()) for area in found.areas)),
        "no projects": replace(found, projects=(), technologies=(), days=()),
        "right to left": replace(found, person="مريم ميرزاخاني", introduction="أبني أنظمة تنبؤ. " * 200),
    }


NAMES = (
    "plain", "long", "paragraphs", "list", "wide", "unbroken", "projects", "sources", "two sources", "years", "all", "every skill", "one area",
    "no growth", "no projects", "right to left",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    taxonomy = load_taxonomy()
    with samples.new_store(tmp_path_factory.mktemp("print") / "store.db") as store:
        samples.fill(store, taxonomy)
        shown = published.portfolio(store, taxonomy, leaking.link(store, taxonomy), samples.TODAY)
    return replace(shown, person="Ada Lovelace")


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context()
    opened = context.new_page()
    opened.emulate_media(media="print")
    yield opened
    context.close()


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("name", NAMES)
def test_paper_has_two_pages_with_nothing_cut(found, page, tmp_path, name):
    assert set(people(found)) == set(NAMES)
    file = tmp_path / "page.html"
    file.write_text(static.one_file(people(found)[name], address="https://ada.example/portfolio/"))
    page.goto(file.as_uri())
    for paper, size in PAPERS.items():
        page.set_viewport_size(size)
        assert page.evaluate(CUT) == [], paper
        if people(found)[name].projects:
            cards = page.evaluate(BROKEN)
            assert cards["seen"] >= 2, paper
            assert cards["broken"] == [], paper
    assert pages(page.pdf(prefer_css_page_size=True)) == 2
    assert pages(page.pdf(format="Letter", margin=MARGIN)) == 2


def test_paper_says_that_a_sample_is_one(found, page, tmp_path):
    file = tmp_path / "page.html"
    for is_sample in (True, False):
        file.write_text(static.one_file(replace(found, is_sample=is_sample)))
        page.goto(file.as_uri())
        expect(page.get_by_text("A sample, from public repositories")).to_be_visible(visible=is_sample)
        assert page.evaluate(CUT) == []
        assert pages(page.pdf(prefer_css_page_size=True)) == 2


def test_paper_says_what_it_leaves_out(found, page, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(static.one_file(people(found)["all"]))
    page.goto(file.as_uri())
    text = page.locator("main").inner_text()
    for said in ("shortened on paper", "The page has all 40 projects, with links."):
        assert said in text
    assert "Show as a table" not in text
    assert "Self-reported." in text


def test_nothing_to_show_takes_one_page(found, page, tmp_path):
    nothing = replace(
        found, areas=(), projects=(), technologies=(), sources=(), days=(),
        summary=replace(found.summary, active_days=0, projects=0, skills_shown=0, proofs=0, first=None, last=None),
    )  # fmt: skip
    file = tmp_path / "page.html"
    file.write_text(static.one_file(nothing))
    page.goto(file.as_uri())
    assert pages(page.pdf(prefer_css_page_size=True)) == 1
