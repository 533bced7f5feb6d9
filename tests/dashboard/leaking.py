"""A store full of private words, and a search for them in whatever is public.

Whoever adds a public output adds it to `outputs`; the leak test then looks at it for every choice of a link.
"""

import gzip
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from html import escape
from io import BytesIO
from urllib.parse import quote

from dashboard.exports import formats, static
from dashboard.public import page
from data import learning, sharing
from data.detect import detect
from data.models import (
    Activity,
    Author,
    Batch,
    Correction,
    Fact,
    FactKind,
    Identity,
    IdentityKind,
    IdentityState,
    Issue,
    Project,
    RunState,
    Verdict,
)
from tests.dashboard import samples

TOKEN = "ghp_" + "Zq7Kx9Wm3Rt5Yb1N" * 2
CANARIES = (
    "zebrafirm",  # owner of the private repositories, and everything named after them
    "quokkaproject",
    "oldnumbat",  # an earlier name
    "wombatpath",  # paths
    "private.author",  # e-mail addresses
    "hidden-colleague",
    "ocelothome",  # a folder of the machine
    "tapirnote",  # words of the owner to themselves
    "lemurtitle",  # titles of private work
    "narwhalpackage",  # imported in private work, and mapped by the person
    "axolotldata",
    "Zq7Kx9Wm3Rt5Yb1N",  # a token
    "okapicorp",  # a company's own GitHub
    "gonegecko",  # a repository that was removed or made private
)
PRIVATE_FACTS = (
    Fact(FactKind.SYMBOL, "numpy.linalg.svd", "python", "wombatpath/quokkaproject.py", 7),
    Fact(FactKind.SYMBOL, "torch.nn.LSTM", "python", "wombatpath/model.py", 9),
    Fact(FactKind.IMPORT, "narwhalpackage", "python", "wombatpath/model.py", 1),
    Fact(FactKind.SYMBOL, "narwhalpackage.fit", "python", "wombatpath/model.py", 3),
    Fact(FactKind.DATA, "axolotldata.csv", "python", "wombatpath/model.py", 4),
)


def fill(store, taxonomy):
    """The portfolio of the samples, with private words wherever a store has room for any."""
    accounts = samples.fill(store, taxonomy)
    home = store.add_account("git", "/home/ocelothome/zebrafirm")
    for project in private_projects():
        author = Author("private.author@zebrafirm.example", "Hidden Colleague", 9, samples.FIRST, samples.FIRST)
        store.save_batch(home, Batch(project, commits(project.key), PRIVATE_FACTS, [author]))
    _careless(store, accounts[0])
    _twice(store, home)
    _elsewhere(store)
    store.save_identity(
        Identity(IdentityKind.EMAIL, "private.author@zebrafirm.example", IdentityState.CONFIRMED, "person")
    )
    store.add_correction(Correction(Verdict.COURSE_CODE, "github:92", note="tapirnote, hidden-colleague"))
    run = store.start_run(home)
    store.note_issue(run, Issue("repository-gone", f"It held {TOKEN}.", "zebrafirm/gonegecko"))
    store.end_run(run, RunState.PARTIAL, {"zebrafirm": 1})
    sharing.create(store, replace(link(store, taxonomy), note="tapirnote for hidden-colleague@zebrafirm.example"))
    detect(store, taxonomy)


def private_projects():
    """What may never be shown one by one."""
    words = {"description": "For zebrafirm: tapirnote", "homepage": "https://zebrafirm.example"}
    return [Project("github", key, **words, **more) for key, more in _hidden()]


def _hidden():
    yield (
        "github:90",
        {
            "name": "zebrafirm/quokkaproject",
            "url": "https://github.com/zebrafirm/quokkaproject",
            "private": True,
            "topics": ("axolotldata",),
            "vanished": ("zebrafirm/oldnumbat",),
        },
    )
    yield "git:91", {"name": "quokkaproject", "url": "", "private": True}
    yield "github:92", {"name": "zebrafirm/gonegecko", "url": "https://github.com/zebrafirm/gonegecko", "state": "gone"}
    yield "github:okapicorp.example/93", {"name": "okapicorp/tool", "url": "https://okapicorp.example/okapicorp/tool"}


def commits(key, author="private.author@zebrafirm.example", earlier=timedelta()):
    return [
        Activity(
            kind,
            f"{key}-{number}",
            samples.FIRST.replace(month=1 + number % 12, day=1 + number) - earlier,
            author=author,
            title="lemurtitle for zebrafirm",
            url="https://github.com/zebrafirm/quokkaproject/pull/1",
            fingerprint=f"{key}-{number}",
            facts=PRIVATE_FACTS,
        )
        for number in range(20)
        for kind in (("commit",) if number % 5 else ("commit", "pull-request"))
    ]


def _elsewhere(store):
    """Work on other sites and the person's own word, of each a private and a public one."""
    day = samples.FIRST.date()
    for title, public in (("Course at zebrafirm: lemurtitle", False), ("A public course", True)):
        entry = learning.Entry("course", title, day, url="https://courses.example/1", public=public)
        learning.add_entry(store, entry)
    account = store.add_account("kaggle", "tapirnote")
    shown = (Fact(FactKind.SYMBOL, "numpy.linalg.svd", "python", "titanic.ipynb#cell1", 2),)
    for key, name, facts in (("kaggle:1", "quokkaproject", PRIVATE_FACTS), ("kaggle:2", "titanic", shown)):
        url = f"https://www.kaggle.com/code/ada/{name}"
        made = Activity("notebook", f"{key}-1", samples.FIRST, url=url, title=f"{name} notebook", facts=facts)
        store.save_batch(account, Batch(Project("kaggle", key, name, url=url, private=facts is PRIVATE_FACTS), [made]))


def _careless(store, account):
    """A public project whose texts tell what they should not."""
    project = Project(
        "github", "key:0", "churn", url="https://github.com/ada/churn",
        description=f"Made for quokkaproject; write to private.author@zebrafirm.example, {TOKEN}, /home/ocelothome/x",
    )  # fmt: skip
    titles = (
        f"Use {TOKEN}",
        "As hidden-colleague@zebrafirm.example asked",
        "Taken from zebrafirm/oldnumbat",
        "Read /home/ocelothome/axolotldata.csv",
    )
    pulls = [
        Activity(
            "pull-request", str(number), samples.FIRST, url=f"https://github.com/ada/churn/pull/{number}", title=title
        )
        for number, title in enumerate(titles, start=1)
    ]
    facts = (
        Fact(FactKind.SYMBOL, "torch.nn.GRU", "python", "/home/ocelothome/private.author@zebrafirm.example/x.py", 1),
    )
    commit = Activity("commit", "c" * 40, samples.FIRST, author=samples.ME, fingerprint="careless", facts=facts)
    store.save_batch(account, Batch(project, [*pulls, commit]))


def _twice(store, account):
    """A public commit in a private project too, where it says more."""
    author, title = "private.author@zebrafirm.example", "lemurtitle for zebrafirm"
    twin = Activity("commit", "c" * 40, samples.FIRST, author, title=title, fingerprint="careless", facts=PRIVATE_FACTS)
    store.save_batch(account, Batch(private_projects()[0], [twin]))


def link(store, taxonomy, **more):
    """A link that asks for everything, private projects included."""
    every = {
        "areas": tuple(area.id for area in taxonomy.areas),
        "projects": tuple(project.key for project in store.projects()),
        "sources": tuple(sorted({project.source for project in store.projects()})),
        "private_totals": True,
    }
    return sharing.ShareLink("Engineer", **{**every, **more})


def outputs(portfolio):
    """Every public output made of a portfolio, by name."""
    yield "values", repr(portfolio)
    yield (
        "page",
        page.render(portfolio, page.Addresses("https://a.example/u/ada", "https://a.example/u/ada/preview.png")),
    )
    for each in formats.FORMATS:
        if each.id not in {"pdf", "site", "drawings"} and each.is_there(None):  # the PDF is a print of the one file
            yield each.id, each.make(portfolio, "https://a.example/u/ada", None)
    yield from static.folder(portfolio, address="https://a.example/u/ada").items()
    yield from formats.every_drawing(portfolio).items()


def leaks(name, output):
    """Canaries that an output holds, in any common writing."""
    data = output if isinstance(output, bytes) else output.encode()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"PAR1":
        data += _table(data)
    if data[:5] == b"%PDF-":
        data += b"".join(_unpacked(part) for part in data.split(b"stream")[1::2])
    low = data.lower()
    return [(name, word) for word in CANARIES if any(each.lower() in low for each in _writings(word))]


def _table(data):
    from pyarrow import parquet  # noqa: PLC0415 - not installed everywhere

    return repr(parquet.read_table(BytesIO(data)).to_pylist()).encode()


def _unpacked(part):
    try:
        return zlib.decompress(part.strip(b"\r\n"))
    except zlib.error:
        return b""


def _writings(word):
    text = {word, escape(word), quote(word), word.encode("unicode_escape").decode()}
    return {each.encode() for each in text} | {b64encode(word.encode())[:-2]}
