"""The public addresses: what they answer, to whom, with which headers."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import update

from dashboard.public import page, picture, words
from dashboard.public.routes import today
from dashboard.public.trying import Misses
from dashboard.public.visiting import is_person
from data import frames, published, sharing
from data.detect import detect
from data.models import Batch, Project
from data.schema import share_links
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link

PERSON = {"User-Agent": "Mozilla/5.0 (iPhone)"}
AFAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


@pytest.fixture
def client(app):
    return app.server.test_client()


@pytest.fixture
def shared(own_store, taxonomy):
    """A link of everything public, and its token."""
    return sharing.create(own_store, replace(link(own_store, taxonomy), private_totals=False, title="ML engineer"))


def test_a_link_opens_its_page(client, shared):
    token = shared[1]
    answer = client.get(f"/p/{token}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    for said in ("ML engineer", "churn", "forecast &lt;b&gt;bold&lt;/b&gt;", 'lang="en"', "How this was computed"):
        assert said in answer.text, said
    assert "payroll" not in answer.text
    assert f'<link rel="canonical" href="http://localhost/p/{token}">' in answer.text
    assert f'<meta property="og:image" content="http://localhost/p/{token}/preview.png">' in answer.text


def test_a_page_says_whether_projects_are_named_and_linked(own_store, taxonomy):
    chosen = replace(link(own_store, taxonomy), private_totals=False)
    whole = published.portfolio(own_store, taxonomy, chosen, samples.TODAY)
    unlinked = replace(whole, summary=replace(whole.summary, proofs=0))
    unnamed = published.portfolio(own_store, taxonomy, replace(chosen, named=False), samples.TODAY)
    for found, said in ((whole, "leads to the code"), (unlinked, "in the projects above"), (unnamed, "are not named")):
        text = page.render(found, page.Addresses("", ""))
        assert [one for one in ("leads to the code", "in the projects above", "are not named") if one in text] == [said]


def test_strict_headers(client, shared):
    headers = client.get(f"/p/{shared[1]}").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"  # the address is a secret
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Cache-Control"] == "private, no-cache"


def test_nothing_is_inline(client, shared):
    text = client.get(f"/p/{shared[1]}").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)
    scripts = re.findall(r'(?:src|href)="(/[^"]*)"', text)
    assert len(scripts) == 3
    for path in scripts:
        file = client.get(path)
        assert file.status_code == 200
        assert "max-age" in file.headers["Cache-Control"]
        assert file.data


@pytest.mark.parametrize("close", ["unknown", "revoked", "ended", "renewed"])
def test_closed_addresses_answer_alike(client, own_store, shared, close):
    found, token = shared
    unknown = client.get(f"/p/{'x' * 43}")
    if close == "revoked":
        sharing.revoke(own_store, found.id)
    elif close == "ended":
        sharing.change(own_store, replace(found, ends=today() - timedelta(days=1)))
    elif close == "renewed":
        sharing.renew(own_store, found.id)
    else:
        token = "y" * 43
    answer = client.get(f"/p/{token}")
    assert answer.status_code == unknown.status_code == 404
    assert answer.data == unknown.data
    skip = {"Date"}
    assert [h for h in answer.headers if h[0] not in skip] == [h for h in unknown.headers if h[0] not in skip]
    assert client.get(f"/p/{token}/preview.png").status_code == 404


def test_a_readable_address_is_the_canonical_one(client, own_store, shared):
    found, token = shared
    assert client.get("/u/ada").status_code == 404
    sharing.change(own_store, replace(found, name="ada", findable=True))
    for path in ("/u/ada", f"/p/{token}"):
        answer = client.get(path)
        assert '<link rel="canonical" href="http://localhost/u/ada">' in answer.text
        assert token not in answer.text
        assert answer.headers["X-Robots-Tag"] == "all"
        assert 'name="robots"' not in answer.text


@pytest.mark.parametrize("path", ["/u/Ada", "/u/ada/", "/p/{token}/"])
def test_addresses_open_as_people_and_programs_write_them(client, own_store, shared, path):
    found, token = shared
    sharing.change(own_store, replace(found, name="ada"))
    answer = client.get(path.format(token=token))
    assert answer.status_code == 200
    assert '<link rel="canonical" href="http://localhost/u/ada">' in answer.text


def test_a_failure_is_told_and_the_log_does_not_hold_the_address(client, own_store, shared, caplog):
    with own_store.writing() as connection:  # as a broken disk may leave it
        connection.execute(update(share_links).values(areas=5))
    answer = client.get(f"/p/{shared[1]}")
    assert answer.status_code == 500
    assert "cannot be shown right now" in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "TypeError" in caplog.text
    assert shared[1] not in caplog.text


def test_many_names_of_the_server_take_no_memory(app, client, shared):
    for number in range(20):
        page_ = client.get(f"/p/{shared[1]}", headers={"Host": f"n{number}.example"})
        assert f'href="http://n{number}.example/p/' in page_.text
    kept = app.site.public.portfolios.of(shared[0])
    assert len(kept._pages) <= 4


def test_unchanged_pages_are_not_sent_again(client, own_store, shared):
    first = client.get(f"/p/{shared[1]}")
    again = client.get(f"/p/{shared[1]}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    sharing.change(own_store, replace(shared[0], title="Other"))
    changed = client.get(f"/p/{shared[1]}", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Other" in changed.text


def test_what_turned_private_is_gone_at_once(client, own_store, shared, taxonomy):
    """Though the store changes all the time while a collector runs, and pages are kept meanwhile."""
    assert "churn" in client.get(f"/p/{shared[1]}").text
    account = own_store.accounts()[0]
    own_store.save_batch(
        account.id, Batch(Project("github", "key:0", "churn", url="https://github.com/ada/churn", private=True))
    )
    assert "churn" not in client.get(f"/p/{shared[1]}").text
    own_store.set_setting("person_name", "Ada Lovelace")  # such a change is seen a moment later
    detect(own_store, taxonomy, force=True)
    assert client.get(f"/p/{shared[1]}").status_code == 200


def test_the_picture_is_one(client, shared):
    answer = client.get(f"/p/{shared[1]}/preview.png")
    assert answer.mimetype == "image/png"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Image.open(BytesIO(answer.data)).size == (1200, 630)
    assert len(answer.data) < 300_000


def test_visits_of_people_are_counted(app, client, own_store, shared):
    found, token = shared
    client.get(f"/p/{token}", headers=PERSON)
    client.get(f"/p/{token}", headers=PERSON)
    client.head(f"/p/{token}", headers=PERSON)
    client.get(f"/p/{token}", headers={"User-Agent": "Slackbot-LinkExpanding 1.0"})
    client.get(f"/p/{token}/preview.png", headers=PERSON)
    client.get(f"/p/{'x' * 43}", headers=PERSON)
    app.site.public.visits.write()
    assert sharing.visits_by_day(own_store, found.id) == [(today(), 2)]


@pytest.mark.parametrize(
    ("agent", "purpose", "person"),
    [
        ("Mozilla/5.0 (Macintosh) Safari/605", "", True),
        ("Mozilla/5.0 (Macintosh) Safari/605", "prefetch;prerender", False),
        ("WhatsApp/2.23", "", False),
        ("facebookexternalhit/1.1", "", False),
        ("", "", False),
    ],
)
def test_who_is_a_person(agent, purpose, person):
    assert is_person(agent, purpose) is person


def test_guessing_has_to_stop(client, shared):
    for _ in range(30):
        assert client.get(f"/p/{'x' * 43}", environ_base=AFAR).status_code == 404
    refused = client.get(f"/p/{shared[1]}", environ_base=AFAR)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert client.get(f"/p/{shared[1]}", environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 200


def test_misses_are_forgotten_in_time_and_never_too_many():
    misses = Misses(limit=2, window=0.05, remembered=3)
    for who in "abcd":
        misses.count(who)
        misses.count(who)
    assert misses.wait("a") == 0  # pushed out by the later ones
    assert misses.wait("d") > 0
    assert len(misses._counts) == 3
    misses._counts["d"] = (2, misses._counts["d"][1] - 1)
    assert misses.wait("d") == 0


def test_readers_need_not_sign_in_and_see_nothing_else(own_store, taxonomy, tmp_path, shared):
    settings = replace(samples.settings(tmp_path), password="correct horse battery staple")
    from dashboard.app import create_app  # noqa: PLC0415

    client = create_app(settings, own_store, taxonomy=taxonomy).server.test_client()
    assert client.get(f"/p/{shared[1]}", environ_base=AFAR).status_code == 200
    assert client.get("/share/preview/x", environ_base=AFAR).status_code in {302, 303, 401}
    assert client.get("/share", environ_base=AFAR).status_code in {302, 303, 401}


def test_addresses_begin_as_the_setting_says(own_store, taxonomy, tmp_path, shared):
    from dashboard.app import create_app  # noqa: PLC0415

    settings = replace(samples.settings(tmp_path), public_url="https://skills.example.org")
    client = create_app(settings, own_store, taxonomy=taxonomy).server.test_client()
    text = client.get(f"/p/{shared[1]}").text
    assert f'href="https://skills.example.org/p/{shared[1]}"' in text
    assert "localhost" not in text


def test_page_without_anything_is_whole(empty_store, taxonomy):
    found = published.portfolio(empty_store, taxonomy, link(empty_store, taxonomy), date(2026, 3, 1))
    text = page.render(found, page.Addresses())
    assert "There is nothing to show here yet." in text
    assert not re.search(r"0 %|opens to its proof|read from the work|Not shown|#levels", text)
    assert picture.draw(found)


def test_a_description_promises_no_proof_where_none_opens(own_store, taxonomy):
    chosen = replace(link(own_store, taxonomy), private_totals=False)
    day = date(2026, 3, 1)
    shown = {
        named: words.description(published.portfolio(own_store, taxonomy, replace(chosen, named=named), day))
        for named in (True, False)
    }
    assert shown[True].endswith("and opens to its proof.")
    assert shown[False].endswith("computed from dated work.")


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        ([4, 4, 3], "2 skills sustained for a year or more, 1 more applied in real projects"),
        ([4, 2], "1 skill sustained for a year or more"),
        ([3, 2], "1 skill applied in more than one project"),
        ([2, 2, 1], "2 skills practised, 1 more tried"),
        ([2], "1 skill practised"),
        ([1, 1], "2 skills tried so far"),
    ],
)
def test_levels_are_summed_up(own_store, taxonomy, levels, title):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), date(2026, 3, 1))
    first = found.areas[0]
    skills = tuple(replace(first.skills[0], level=level) for level in levels)
    summary = replace(found.summary, skills_shown=len(levels))
    assert words.levels_title(replace(found, areas=(replace(first, skills=skills),), summary=summary)) == title


def test_one_of_a_kind_is_not_compared(own_store, taxonomy):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), date(2026, 3, 1))
    assert words.growth_title(found) == "Programming grew furthest since 2022: to 32\u202f%"
    assert words.projects_title(found).startswith("3 projects; most work in churn, ")
    assert words.lead(found).startswith("16 of 64 skills shown by 316 active days in 3 public projects and 1 private")
    one = replace(found, areas=found.areas[:1], projects=found.projects[:1])
    assert words.growth_title(one) == "Mathematics grew since 2022: to 25\u202f%"
    lately = replace(one, areas=(replace(one.areas[0], year_before=0.0),))
    assert words.growth_title(lately) == "Mathematics grew in the last 12 months: 0\u202f% → 25\u202f%"
    assert words.projects_title(one) == "1 project: churn, 160 days"
    assert " skills in Mathematics, shown by " in words.lead(one)
    assert (words.growth_span(one), words.years_grown(one)) == ("Jan 2022 – Mar 2026", pytest.approx(4.15, abs=0.1))


@pytest.mark.parametrize("day", [date(2022, 2, 10), date(2022, 9, 1), date(2023, 3, 3), date(2025, 4, 1)])
def test_a_public_page_says_what_grew_as_the_owners_does(app, own_store, taxonomy, day):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), day)
    own = app.site.portfolio.view(f"?to={day}")[0]
    assert [area.year_before for area in found.areas] == [row.before for row in own.grown.values()]
    assert [area.coverage for area in found.areas] == [row.after for row in own.grown.values()]


def test_what_was_not_read_is_not_said_to_be_missing(own_store, taxonomy):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), samples.TODAY)
    text = page.render(found, page.Addresses("", ""))
    missing = re.findall(r'<p class="missing">([^<:]*): ([^<]*)</p>', text)
    for skill in found.areas[-1].skills:
        said = [how for how, names in missing if skill.name in names]
        assert said == ([] if skill.level else ["Not shown yet"] if skill.is_read else ["Not read for this page"]), (
            skill.id
        )
    assert not next(skill for skill in found.areas[-1].skills if skill.id == "kaggle-competitions").is_read


def test_a_sample_does_not_age(own_store, taxonomy):
    own_store.set_setting("sample", {"label": "Sample", "repositories": []})
    day = published.as_of(own_store, date(2031, 1, 1))
    assert day == own_last_day(own_store)
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), day)
    assert found.read is None
    assert "last read" not in page.render(found, page.Addresses("", ""))
    own_store.set_setting("sample", {"label": "Sample", "repositories": [], "as_of": "2024-05-05"})
    assert published.as_of(own_store, date(2031, 1, 1)) == date(2024, 5, 5)


def own_last_day(store):
    return max(row.day for row in frames.active_days(store).itertuples()).date()


def test_work_that_is_in_no_project_is_said_so(own_store, taxonomy):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), date(2026, 3, 1))
    answers = replace(found, summary=replace(found.summary, projects=0, private_projects=0))
    assert words.lead(answers) == "16 of 64 skills shown by 316 active days, Jan 2022 – Mar 2025."


def test_every_chart_has_words_beside_it(client, shared):
    text = client.get(f"/p/{shared[1]}").text
    for svg in re.findall(r"<svg[^>]*>", text):
        assert 'aria-hidden="true"' in svg or re.search(r'role="img" aria-label="[^"]{8,}"', svg)
    assert text.count("Show as a table") == 2
