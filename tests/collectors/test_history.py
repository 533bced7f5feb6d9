"""Which lines are new, whose, and when: each case a small repository made by real git."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import history
from collectors.attribution import Wanted
from collectors.head import read_head
from collectors.parallel import Children
from collectors.repository import Repository
from tests.collectors.builders import ANN, BEN, History, Link, Submodule, notebook

NOW = datetime(2024, 1, 1, tzinfo=UTC)
EVERYONE = Wanted(everyone=True)
ME = Wanted.of(["Ann@Example.org"])


def walk(folder, wanted=EVERYONE, **options):
    with Repository(folder) as repository:
        return list(history.walk(repository, wanted, now=NOW, **options))


def uses(activities, kind="symbol"):
    """[(day, value, count)] in order of the walk."""
    return [
        (entry.when.date().isoformat(), fact.value, fact.count)
        for entry in activities
        for fact in entry.facts
        if fact.kind == kind
    ]


def values(activities, kind="symbol"):
    return {value for _, value, _ in uses(activities, kind)}


@pytest.fixture
def made(tmp_path):
    return History(tmp_path / "repo")


# ---- which lines ------------------------------------------------------------------------------------


def test_alias_imported_earlier_dates_the_later_use(made):
    made.commit({"a.py": "import numpy as np\n"}, when="2020-02-03T10:00:00+00:00")
    made.commit({"a.py": "import numpy as np\nx = np.linalg.svd(y)\n"}, when="2021-02-03T10:00:00+00:00")
    assert ("2021-02-03", "numpy.linalg.svd", 1) in uses(walk(made.write()))
    assert not [entry for entry in uses(walk(made.folder)) if entry[0] == "2020-02-03" and "svd" in entry[1]]


def test_fact_is_placed_in_the_new_file(made):
    made.commit({"a.py": "import numpy as np\n"})
    made.commit({"a.py": "import numpy as np\n\n\nx = np.linalg.svd(y)\n"})
    (fact,) = [fact for entry in walk(made.write()) for fact in entry.facts if fact.value == "numpy.linalg.svd"]
    assert (fact.path, fact.line, fact.language) == ("a.py", 4, "python")


def test_merged_branch_counts_each_line_once(made):
    base = made.commit({"a.py": "import numpy as np\n"})
    left = made.commit({"b.py": "import numpy as np\nnp.dot(a, b)\n"}, parents=[base])
    right = made.commit({"c.py": "import numpy as np\nnp.einsum('i', a)\n"}, parents=[base], author=BEN)
    made.commit({"b.py": "import numpy as np\nnp.dot(a, b)\n"}, parents=[right, left], message="Merge branch")
    activities = walk(made.write())
    assert [count for _, value, count in uses(activities) if value == "numpy.dot"] == [1]
    assert [count for _, value, count in uses(activities) if value == "numpy.einsum"] == [1]
    assert [entry.kind for entry in activities] == ["commit", "commit", "commit", "merge"]
    assert [fact.value for fact in activities[-1].facts] == ["merge"]


SOURCE = "import numpy as np\n\n\ndef solve(a, b):\n    return np.linalg.solve(a, b)\n"
NOTHING_NEW = {
    "moved file": {"a.py": None, "deep/er/b.py": SOURCE},
    "touched comment": {"a.py": SOURCE + "# np.linalg.svd(x)\n"},
    "indented anew": {"a.py": SOURCE.replace("    return", "        return")},
    "blank lines": {"a.py": SOURCE.replace("\n\n\n", "\n\n\n\n\n")},
    "other line ends": {"a.py": SOURCE.replace("\n", "\r\n")},
    "deleted line": {"a.py": SOURCE.replace("    return np.linalg.solve(a, b)\n", "    pass\n")},
    "mode only": {},
    "file of no interest": {"notes.xyz": "np.linalg.svd(x)"},
    "vendored": {"node_modules/x/a.py": "import numpy\nnumpy.dot(1, 2)\n"},
    "committed environment": {"env1/pyvenv.cfg": "home = x", "env1/lib/x/a.py": "import numpy\nnumpy.dot(1, 2)\n"},
    "symbolic link": {"b.py": Link("a.py")},
    "submodule": {"sub": Submodule("1" * 40)},
    "lines swapped between two files": {"a.py": SOURCE.replace("a, b)\n", "a, b)\nnp.dot(1, 2)\n", 1), "b.py": None},
}


@pytest.mark.parametrize("name", NOTHING_NEW)
def test_nothing_new(made, name):
    first = {"a.py": SOURCE}
    if name == "lines swapped between two files":
        first["b.py"] = "import numpy as np\nnp.dot(1, 2)\n"
    made.commit(first)
    made.commit(NOTHING_NEW[name])
    assert [fact for fact in walk(made.write())[-1].facts if fact.kind in {"symbol", "import", "argument"}] == []


def test_two_files_swap_lines(made):
    one, two = "import numpy as np\nnp.dot(a, b)\n", "import numpy as np\nnp.outer(a, b)\n"
    made.commit({"a.py": one, "b.py": two})
    made.commit({"a.py": two, "b.py": one})
    activities = walk(made.write())
    assert uses(activities[1:]) == []


def test_one_cell_of_fifty(made):
    cells = ["import pandas as pd"] + [f"pd.concat([{number}])" for number in range(49)]
    made.commit({"n.ipynb": notebook(*cells, outputs="x" * 1000)})
    changed = list(cells)
    changed[30] = "pd.merge(a, b)"
    made.commit({"n.ipynb": notebook(*changed, outputs="y" * 1000)})
    (last,) = walk(made.write())[1:]
    symbols = [(fact.value, fact.count, fact.path, fact.line) for fact in last.facts if fact.kind == "symbol"]
    assert symbols == [("pandas.merge", 1, "n.ipynb#cell30", 1)]


def test_root_and_second_root(made):
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"})
    second = made.commit({"b.py": "import scipy.stats\nscipy.stats.norm.pdf(1)\n"}, parents=[])
    made.commit({}, parents=[1, second])
    assert {"numpy.dot", "scipy.stats.norm.pdf"} <= values(walk(made.write()))


# ---- reverts ----------------------------------------------------------------------------------------


def test_restored_lines_are_not_new(made):
    text = "import numpy as np\nnp.linalg.svd(x)\n"
    made.commit({"a.py": text}, when="2020-01-01T00:00:00+00:00")
    removal = made.commit({"a.py": "import numpy as np\n"}, when="2020-02-01T00:00:00+00:00")
    made.write()
    made.commit(
        {"a.py": text + "np.dot(1, 2)\n"},
        when="2020-03-01T00:00:00+00:00",
        message=f'Revert "x"\n\nThis reverts commit {made.id(removal)}.\n',
    )
    activities = walk(made.write())
    assert [entry.reverted for entry in activities] == [False, True, False]
    assert [entry for entry in uses(activities) if entry[1] == "numpy.linalg.svd"] == [
        ("2020-01-01", "numpy.linalg.svd", 1)
    ]
    assert ("2020-03-01", "numpy.dot", 1) in uses(activities)


def test_revert_of_a_revert_brings_back(made):
    one = made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"})
    made.write()
    two = made.commit({"a.py": None}, message=f"Revert\n\nThis reverts commit {made.id(one)}.")
    made.write()
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"}, message=f"Again\n\nThis reverts commit {made.id(two)}.")
    activities = walk(made.write())
    assert [entry.reverted for entry in activities] == [False, True, False]
    assert len(uses(activities)) == 1


def test_new_revert_tells_the_old_commit_again(made):
    one = made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"})
    other = made.commit({"b.py": "import numpy as np\nnp.outer(1, 2)\n"})
    made.write()
    last = made.commit({"a.py": None}, message=f"Revert\n\nThis reverts commit {made.id(one)}.")
    made.write()
    again = walk(made.folder, since={made.id(one), made.id(other)})
    assert [(entry.key, entry.reverted) for entry in again] == [(made.id(one), True), (made.id(last), False)]


# ---- whose ------------------------------------------------------------------------------------------


def test_only_my_lines(made):
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"}, author=BEN)
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\nnp.outer(1, 2)\n"}, author=("Someone", "ANN@example.org"))
    activities = walk(made.write(), ME)
    assert [(entry.author, entry.role) for entry in activities] == [("ann@example.org", "author")]
    assert values(activities) == {"numpy.outer"}


def test_namesake_mailmap_committer_and_message_do_not_credit(made):
    other = ("Ann", "ann@elsewhere.net")
    made.commit({".mailmap": "Ann <ann@example.org> <ann@elsewhere.net>\n", "a.py": "import numpy\n"}, author=other)
    made.commit({"b.py": "import numpy\n"}, author=other, committer=ANN)
    made.commit({"c.py": "import numpy\n"}, author=other, message="Thanks to Ann <ann@example.org>\n\nAnn did it all.")
    made.commit(
        {"d.py": "import numpy\n"},
        author=other,
        message="x\n\nCo-authored-by: Ann <ann@example.org> said so\n\nmore text",
    )
    assert walk(made.write(), ME) == []


def test_co_author_gets_credit(made):
    made.commit(
        {"a.py": "import numpy as np\nnp.dot(1, 2)\n"},
        author=BEN,
        message="x\n\nCo-authored-by: A. <ANN@example.org>\n",
    )
    (entry,) = walk(made.write(), ME)
    assert (entry.author, entry.role) == ("ann@example.org", "co-author")
    assert values([entry]) == {"numpy.dot"}


def test_everyone_is_not_bots(made):
    bot = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
    made.commit({"a.py": "import numpy\n"}, author=bot)
    made.commit({"b.py": "import numpy\n"}, author=BEN)
    assert [entry.author for entry in walk(made.write())] == ["ben@example.org"]


# ---- when -------------------------------------------------------------------------------------------


def test_three_time_zones_keep_their_own_day(made):
    for number, when in enumerate(
        ("2021-03-01T23:30:00-08:00", "2021-03-02T00:30:00+13:00", "2021-03-01T23:59:00+05:45"), 1
    ):
        made.commit({f"a{number}.py": "import numpy\n"}, when=when)
    activities = walk(made.write())
    assert sorted(entry.when.isoformat() for entry in activities) == [
        "2021-03-01T23:30:00-08:00",
        "2021-03-01T23:59:00+05:45",
        "2021-03-02T00:30:00+13:00",
    ]


@pytest.mark.parametrize(
    ("authored", "committed", "day"),
    [
        ("1999-01-01T00:00:00+00:00", "2020-05-05T00:00:00+00:00", "2020-05-05"),
        ("2090-01-01T00:00:00+00:00", "2020-05-05T00:00:00+00:00", "2020-05-05"),
        ("2019-01-01T00:00:00+00:00", "2090-05-05T00:00:00+00:00", "2019-01-01"),
        ("1999-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00", "1999-01-01"),
    ],
)
def test_absurd_dates_fall_back(made, authored, committed, day):
    made.commit({"a.py": "import numpy\n"}, when=authored, committed=committed)
    assert [entry.when.date().isoformat() for entry in walk(made.write())] == [day]


def test_no_plausible_date_is_an_issue(made):
    made.commit({"a.py": "import numpy\n"}, when="2090-01-01T00:00:00+00:00")
    issues = []
    assert walk(made.write(), on_issue=issues.append) == []
    assert [issue.code for issue in issues] == ["undated-commit"]


# ---- how much ---------------------------------------------------------------------------------------


def test_two_thousand_files_are_listed_only(made):
    made.commit({f"d/{number}.py": f"import numpy as np\nnp.dot({number}, 1)\n" for number in range(2000)})
    issues = []
    (entry,) = walk(made.write(), on_issue=issues.append)
    assert entry.bulk
    assert [fact.value for fact in entry.facts] == ["commit"]
    assert [issue.code for issue in issues] == ["many-files"]


def test_many_added_files_are_bulk_with_facts(made):
    made.commit({f"d/{number}.py": f"import numpy as np\nnp.dot({number}, 1)\n" for number in range(301)})
    made.commit({f"d/{number}.py": f"import numpy as np\nnp.dot({number}, 2)\n" for number in range(301)})
    first, second = walk(made.write())
    assert (first.bulk, second.bulk) == (True, False)
    assert [count for _, value, count in uses([first]) if value == "numpy.dot"] == [301]


def test_forge_facts_of_history(made):
    one = made.commit({"a.txt": "x"}, message="feat(core): start")
    made.commit({"a.txt": "y"}, message="features are nice")
    made.tag("v1.0", one)
    made.tag("v2.0", one, tagger=BEN)
    activities = walk(made.write(), ME)
    assert [(entry.kind, [fact.value for fact in entry.facts]) for entry in activities] == [
        ("commit", ["commit", "conventional-commit"]),
        ("commit", ["commit"]),
        ("tag", ["tag"]),
    ]


def test_fingerprint_survives_a_rebase(made, tmp_path):
    made.commit({"a.py": "import numpy\n"}, when="2020-01-01T00:00:00+00:00")
    made.commit({"b.py": "import scipy\nscipy.stats\n"}, when="2020-01-02T00:00:00+00:00")
    other = History(tmp_path / "other")
    other.commit({"z.py": "import pandas\n"}, when="2019-01-02T00:00:00+00:00")
    other.commit(
        {"b.py": "import scipy\nscipy.stats\n"}, when="2020-01-02T00:00:00+00:00", committed="2021-01-01T00:00:00+00:00"
    )
    mine, theirs = walk(made.write()), walk(other.write())
    assert mine[1].fingerprint == theirs[1].fingerprint
    assert len({entry.fingerprint for entry in (*mine, *theirs)}) == 3


# ---- own modules ------------------------------------------------------------------------------------


def test_own_modules_shadow_libraries(made):
    made.commit(
        {
            "statistics.py": "def mean(x): pass\n",
            "torch/__init__.py": "",
            "deep/evaluate.py": "x = 1\n",
            "use.py": "import statistics\nimport torch\nimport evaluate\nstatistics.mean(1)\ntorch.tensor(1)\nevaluate.load('a')\n",
            "deep/use.py": "import evaluate\nevaluate.load('a')\n",
        }
    )
    found = [(fact.value, fact.count) for entry in walk(made.write()) for fact in entry.facts if fact.kind == "symbol"]
    assert found == [("evaluate.load", 1)]


# ---- head -------------------------------------------------------------------------------------------


def test_head_tells_the_tree_with_its_best_place(made):
    made.commit({"tests/test_a.py": "import numpy as np\nnp.dot(1, 2)\n", "gone.py": "import scipy\nscipy.fft()\n"})
    made.commit({"z.py": "import numpy as np\nnp.dot(1, 2)\n", "gone.py": None}, author=BEN)
    with Repository(made.write()) as repository:
        facts = read_head(repository)
    symbols = [(fact.value, fact.count, fact.path) for fact in facts if fact.kind == "symbol"]
    assert symbols == [("numpy.dot", 2, "z.py")]


def test_empty_repository(made):
    with Repository(made.folder) as repository:
        assert list(history.walk(repository, EVERYONE)) == []
        assert read_head(repository) == []
        assert repository.head is None


# ---- laws -------------------------------------------------------------------------------------------

LINES = [
    "import numpy as np",
    "np.dot(a, b)",
    "np.outer(a, b)",
    "x = np.linalg.svd(m)",
    "",
    "# c",
    "def f():",
    "    np.sum(z)",
]


@st.composite
def histories(draw):
    paths = ["a.py", "b.py", "d/c.py"]
    texts = st.one_of(st.none(), st.lists(st.sampled_from(LINES), max_size=8).map(lambda rows: "\n".join(rows) + "\n"))
    steps = draw(st.lists(st.dictionaries(st.sampled_from(paths), texts, min_size=1), min_size=1, max_size=7))
    return steps, draw(st.integers(1, 7))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_any_split_into_units_gives_the_same(tmp_path_factory, drawn):
    steps, unit = drawn
    made = History(tmp_path_factory.mktemp("split") / "repo")
    for day, files in enumerate(steps, 1):
        made.commit(files, when=f"2020-01-{day:02}T00:00:00+00:00")
    made.write()
    assert walk(made.folder) == walk(made.folder, unit=unit)


def test_two_processes_give_the_same(made):
    for number in range(8):
        made.commit(
            {"a.py": f"import numpy as np\nnp.dot({number}, 1)\n", f"b{number}.py": "import json\njson.loads('')\n"}
        )
    made.write()
    calls = []
    with Children(2, worth_starting=0) as children:
        found = walk(made.folder, unit=2, children=children, on_unit=lambda *seen: calls.append(seen))
    assert found == walk(made.folder)
    assert calls == [(2, 8), (4, 8), (6, 8), (8, 8)]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.integers(0, 7))
def test_reading_on_gives_what_reading_at_once_gives(tmp_path_factory, drawn, known):
    steps, _ = drawn
    made = History(tmp_path_factory.mktemp("since") / "repo")
    marks = [made.commit(files, when=f"2020-01-{day:02}T00:00:00+00:00") for day, files in enumerate(steps, 1)]
    made.write()
    since = {made.id(mark) for mark in marks[:known]}
    whole = walk(made.folder)
    assert walk(made.folder, since=since) == [entry for entry in whole if entry.key not in since]
