"""Detection over a generated store: time for one million facts.

    python benchmarks/detection.py [--facts 1000000]

The store is made of 300 projects over ten years; values are drawn from what our own patterns look like and
from as many that nothing matches, with the long tail that real histories have.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from data.detect import detect
from data.models import Activity, Batch, Correction, Fact, FactKind, Verdict
from data.schema import activities, fact_values, facts, projects
from data.store import Store
from data.taxonomy import Taxonomy, load_taxonomy

PROJECTS = 300
FACTS_A_COMMIT = 25
VALUES = 60_000
FIRST = date(2016, 1, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=1_000_000)
    wanted = parser.parse_args().facts
    started = time.perf_counter()
    taxonomy = load_taxonomy()
    print(f"taxonomy loaded    {time.perf_counter() - started:7.3f} s   {len(taxonomy.clauses):,} patterns")
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.db") as store:
        made = _fill(store, taxonomy, wanted)
        print(f"store made         {made:,} facts, {VALUES:,} distinct values, {PROJECTS} projects")
        _match_alone(taxonomy)
        titles = (
            ("detect, cold", False),
            ("detect, again", True),
            ("nothing changed", False),
            ("a commit more", False),
            ("a project hidden", False),
        )
        for title, force in titles:
            if title == "a project hidden":
                store.add_correction(Correction(Verdict.HIDE, store.projects()[7].key))
            if title == "a commit more":
                _commit(store)
            started, busy = time.perf_counter(), time.process_time()
            result = detect(store, taxonomy, force=force)
            seconds, busy = time.perf_counter() - started, time.process_time() - busy
            rows = f"{result.evidence:,} rows of evidence, {result.mappings:,} mappings"
            print(f"{title:18} {seconds:7.3f} s   {busy:.3f} s of CPU, {rows}")


def _commit(store: Store) -> None:
    """Another one in a project that is there, with two values that are new."""
    account = store.add_account("git", "/home/me/code")
    said = [Fact(FactKind.SYMBOL, f"numpy.linalg.{name}", "python", "one.py", 1) for name in ("svd", "another")]
    commit = Activity("commit", "f" * 40, datetime(2026, 1, 1, 12, tzinfo=UTC), "me@example.org", facts=tuple(said))
    store.save_batch(account, Batch(store.projects()[7], [commit]))


def _match_alone(taxonomy: Taxonomy) -> None:
    values = list(_values(taxonomy))
    started = time.perf_counter()
    for kind, language, value in values:
        taxonomy.match(kind, language, value)
    print(f"values matched     {time.perf_counter() - started:7.3f} s   {len(values):,} values")


def _values(taxonomy: Taxonomy) -> list[tuple[str, str, str]]:
    chance = random.Random(7)
    known = [
        (clause.kind, language, _fitting(pattern))
        for clause in taxonomy.clauses
        for language in clause.languages[:1] or ("",)
        for pattern in clause.patterns
    ]
    found = dict.fromkeys(known)
    roots = [value.split(".")[0] for kind, _, value in known if kind == "symbol"]
    while len(found) < VALUES:
        root = chance.choice(roots) if chance.randrange(2) else f"library{chance.randrange(900)}"
        parts = [f"part{chance.randrange(90)}" for _ in range(chance.randrange(1, 4))]
        found[("symbol", "python", ".".join([root, *parts]) + chance.choice(("", "().fit", "().value")))] = None
    return list(found)[:VALUES]


def _fitting(pattern: str) -> str:
    return pattern.replace("~()", ".thing()").replace("**", "inner").replace("*", "x")


def _fill(store: Store, taxonomy: Taxonomy, wanted: int) -> int:
    chance = random.Random(11)
    values = _values(taxonomy)
    person = store.person_id()
    commits = wanted // FACTS_A_COMMIT
    with store.writing() as connection:
        rows = [
            {"id": n, "kind": kind, "language": language, "value": value}
            for n, (kind, language, value) in enumerate(values)
        ]
        connection.execute(insert(fact_values), rows)
        connection.execute(
            insert(projects),
            [
                {"id": n, "person_id": person, "source": "git", "key": f"git:{n}", "name": f"project-{n}"}
                for n in range(1, PROJECTS + 1)
            ],
        )
        made = 0
        for start in range(0, commits, 2_000):
            made += _fill_commits(connection, chance, range(start, min(start + 2_000, commits)))
    return made


def _fill_commits(connection: Connection, chance: random.Random, numbers: range) -> int:
    """Each project has some 45 active days within a year and a half, with about three commits on each."""
    commits, uses = [], []
    for number in numbers:
        project = chance.randrange(PROJECTS)
        day = FIRST + timedelta(days=project * 10 + 12 * chance.randrange(45))
        commit = {"id": number + 1, "project_id": project + 1, "kind": "commit", "key": f"{number:040x}"}
        when = {"when": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "offset": 0, "day": day}
        commits.append({**commit, **when, "role": "author", "fingerprint": f"{number:x}", "assisted": number % 20 == 0})
        drawn = {min(VALUES - 1, int(chance.paretovariate(0.35)) - 1) for _ in range(FACTS_A_COMMIT * 2)}
        uses += [
            {"activity_id": number + 1, "value_id": value, "path": "src/model.py", "line": 10, "count": 2}
            for value in sorted(drawn)[:FACTS_A_COMMIT]
        ]
    connection.execute(insert(activities), commits)
    connection.execute(insert(facts), uses)
    return len(uses)


if __name__ == "__main__":
    main()
