"""A portfolio for tests: three projects over four years, saved and detected as a collector's would be."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from pathlib import Path

from data import detect
from data.models import (
    Activity,
    Author,
    Batch,
    Fact,
    FactKind,
    Identity,
    IdentityKind,
    IdentityState,
    Issue,
    Project,
    RunState,
)
from data.settings import Settings
from data.store import Store
from data.taxonomy import load_taxonomy

ME = "ada@example.org"
OLD_ME = "ada.l@work.example"
FIRST = datetime(2022, 1, 3, 10, tzinfo=UTC)
TODAY = date(2026, 3, 1)

NUMERIC = (
    ("import", "numpy"), ("symbol", "numpy.linalg.svd"), ("symbol", "numpy.mean"), ("import", "pandas"),
    ("symbol", "pandas.read_csv().fillna"), ("symbol", "pandas.read_csv"),
)  # fmt: skip
DEEP = (
    ("import", "torch"), ("symbol", "torch.nn.LSTM"), ("symbol", "torch.nn.Dropout"), ("symbol", "torch.optim.Adam"),
    ("import", "sklearn"), ("symbol", "sklearn.metrics.roc_auc_score"), ("import", "oddlib"), ("symbol", "oddlib.run"),
)  # fmt: skip
SOFTWARE = (("file", "Dockerfile"), ("file", ".github/workflows/ci.yml"), ("structure", "test-function"))
PROJECTS = (
    ("churn", "https://github.com/ada/churn", False, True, NUMERIC, 7, 160),
    ("forecast <b>bold</b>", "https://github.com/ada/forecast", False, True, DEEP, 9, 130),
    ("payroll", "", True, True, NUMERIC[:2] + SOFTWARE, 30, 40),
    ("upstream", "https://github.com/others/upstream", False, False, DEEP[:2], 60, 15),
)


def _facts(values, number):
    chosen = [values[(number + step) % len(values)] for step in range(3)]
    code = [
        Fact(FactKind(kind), value, "" if kind == "file" else "python", f"src/part{number % 5}.py", 10 + number % 90)
        for kind, value in dict.fromkeys(chosen)
    ]
    return (Fact(FactKind.LANGUAGE, "python", "python", f"src/part{number % 5}.py", 1, 12), *code)


def activities(name, url, values, every, count):
    """Commits every so many days; each tenth with an assistant's part in it."""
    return [
        Activity(
            "commit",
            sha1(f"{name}:{number}".encode()).hexdigest(),
            FIRST + timedelta(days=every * number + len(name), hours=number % 9),
            author=ME,
            title=f"part {number}",
            fingerprint=f"{name}:{number}",
            assisted=number % 10 == 3,
            facts=_facts(values, number),
        )
        for number in range(count)
    ]


def merge(name):
    key = sha1(f"merge of {name}".encode()).hexdigest()
    facts = (Fact(FactKind.FORGE, "merge"),)
    return Activity("merge", key, FIRST + timedelta(days=40), author=ME, title="merge", fingerprint=key, facts=facts)


def bulk(name):
    """A commit of too many files: of everything only it shows `xgboost`."""
    key = sha1(f"bulk of {name}".encode()).hexdigest()
    facts = tuple(
        Fact(FactKind.SYMBOL, value, "python", "lib/part.py", 3) for value in ("xgboost.XGBClassifier", "xgboost.train")
    )
    facts += (Fact(FactKind.IMPORT, "xgboost", "python", "lib/part.py", 1),)
    when = FIRST + timedelta(days=50)
    return Activity("commit", key, when, author=ME, title="add everything", fingerprint=key, bulk=True, facts=facts)


def fill(store, taxonomy=None, known=True):
    """Save the portfolio into an empty store and detect; returns the account ids. `known`: who the person is."""
    if known:
        store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    accounts = [store.add_account("github", "ada"), store.add_account("git", "/home/ada/code")]
    for number, (name, url, private, own, values, every, count) in enumerate(PROJECTS):
        found = activities(name, url, values, every, count)
        found += [merge(name)] + ([bulk(name)] if number == 1 else [])
        project = Project(
            "github" if url else "git",
            f"key:{number}",
            name,
            url=url,
            private=private,
            own=own,
            description=f"About {name}",
        )
        authors = [
            Author(ME, "Ada Lovelace", count, found[0].when, found[count - 1].when),
            Author(OLD_ME, "Ada Lovelace", 4, FIRST, FIRST + timedelta(days=30)),
            Author("charles@example.org", "Charles Babbage", 9, FIRST, FIRST + timedelta(days=90)),
        ]
        head = [Fact(FactKind.SYMBOL, "numpy.linalg.svd", "python", "src/part1.py", 11)]
        store.save_batch(accounts[0 if url else 1], Batch(project, found, head, authors))
    done = store.start_run(accounts[0])
    store.note_issue(done, Issue("repository-gone", "It is no longer there; what was read stays.", "ada/old"))
    store.end_run(done, RunState.PARTIAL, {"repositories": 3, "activities": 305})
    detect.detect(store, taxonomy or load_taxonomy())
    return accounts


def settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'store.db'}")


def new_store(path: Path) -> Store:
    return Store.open(path)
