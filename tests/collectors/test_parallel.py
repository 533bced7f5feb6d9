"""Children that die while they read: the rest of the history is read all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import parallel
from collectors.attribution import Wanted
from collectors.firstparty import OwnModules
from collectors.history import walk
from collectors.planning import Surroundings, planned
from collectors.repository import Repository
from data.errors import NotUsable
from tests.collectors.builders import History

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def deadly(unit):
    """As `work`, but one commit ends the child at once, as a crash in a parser would."""
    if any(entry.commit.subject == "deadly" for entry in unit):
        os._exit(11)
    return parallel.work(unit)


@pytest.mark.parametrize("where", [0, 3, 5])
def test_only_the_deadly_commit_lacks_its_facts(tmp_path, where):
    made = History(tmp_path / "repo")
    for number in range(6):
        made.commit(
            {f"{number}.py": f"import numpy as np\nnp.f{number}(1)\n"}, message="deadly" if number == where else "x"
        )
    with Repository(made.write()) as repository:
        surroundings = Surroundings(OwnModules(()), ())
        plan = planned(repository, Wanted(everyone=True), frozenset(), NOW, surroundings)
        units = [plan[:3], plan[3:]]
        activities = [
            activity for unit in parallel.read_units(repository, units, surroundings, 2, deadly) for activity in unit
        ]
        scratch = repository.scratch
    assert not scratch.exists()
    assert [activity.key for activity in activities] == [made.id(mark) for mark in range(1, 7)]
    assert [bool(activity.facts) for activity in activities] == [number != where for number in range(6)]
    assert surroundings.problems == {"reader-died": 1}
    assert surroundings.examples == {"reader-died": made.id(where + 1)}


def vanishing(unit):
    """The repository goes away while the unit is read, and the child with it."""
    repository = parallel._child["repository"]
    repository.place.objects.rename(repository.place.path / "elsewhere")
    os._exit(11)


def test_repository_that_goes_away_is_no_list_of_deadly_commits(tmp_path):
    made = History(tmp_path / "repo")
    for number in range(6):
        made.commit({f"{number}.py": "import numpy\n"}, message="x")
    with Repository(made.write()) as repository:
        surroundings = Surroundings(OwnModules(()), ())
        plan = planned(repository, Wanted(everyone=True), frozenset(), NOW, surroundings)
        repository.check_presence()
        with pytest.raises(NotUsable, match="went away"):
            list(parallel.read_units(repository, [plan[:3], plan[3:]], surroundings, 1, vanishing))
        with pytest.raises(NotUsable, match="went away"):
            repository.check_presence()


def test_script_that_children_cannot_import_reads_by_itself(tmp_path):
    made = History(tmp_path / "repo")
    for number in range(4):
        made.commit({f"{number}.py": "import numpy as np\nnp.dot(1, 2)\n"})
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(parallel.__file__).parents[1])!r})\n"
        "from collectors import history\n"
        "from collectors.attribution import Wanted\n"
        "from collectors.repository import Repository\n"
        f"with Repository({str(made.write())!r}) as repository:\n"
        "    found = history.walk(repository, Wanted(everyone=True), unit=2, processes=2, least=0)\n"
        "    print(sum(len(activity.facts) for activity in found))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    with Repository(made.folder) as repository:
        expected = sum(len(activity.facts) for activity in walk(repository, Wanted(everyone=True)))
    assert int(done.stdout) == expected
