"""Children that die while they read: the rest of the history is read all the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors import parallel
from collectors.attribution import Wanted
from collectors.firstparty import OwnModules
from collectors.head import read_head
from collectors.history import walk
from collectors.parallel import Children, Job
from collectors.planning import Surroundings
from collectors.repository import Repository
from data.errors import NotUsable
from tests.collectors.builders import History

NOTHING = Surroundings(OwnModules(()), ())


@pytest.fixture
def children():
    with Children(2, worth_starting=0) as started:
        yield started


def several(folder, count=6):
    made = History(folder / "repo")
    for number in range(count):
        made.commit({f"{number}.py": f"import numpy as np\nnp.f{number}(1)\n"})
    return made


def doubled(repository, numbers, surroundings):
    """Ends the child at once for a number, as a crash in a parser would."""
    if 13 in numbers:
        os._exit(11)
    for number in numbers:
        if number > 5:
            surroundings.problem("large", str(number))
    return [(number * 2, repository.head) for number in numbers]


def lost(number):
    return [(f"lost {number}", None)]


DOUBLED = Job(doubled, lost, str)


@pytest.mark.parametrize("units", [[[1, 2, 13, 4], [5, 6]], [[1, 2, 13], [4], [5, 6]], [[13]], [[13], [13, 13]]])
def test_only_the_deadly_item_is_lost(tmp_path, children, units):
    surroundings = Surroundings(OwnModules(()), ())
    with Repository(several(tmp_path).write()) as repository:
        found = [result for unit in children.read(repository, units, surroundings, DOUBLED) for result in unit]
        scratch, head = repository.scratch, repository.head
    assert not scratch.exists()
    numbers = [number for unit in units for number in unit]
    assert found == [lost(13)[0] if number == 13 else (number * 2, head) for number in numbers]
    assert surroundings.problems == {"reader-died": numbers.count(13)} | ({"large": 1} if 6 in numbers else {})
    assert surroundings.examples == {"reader-died": "13"} | ({"large": "6"} if 6 in numbers else {})


def test_what_ends_children_costs_only_the_repository_that_holds_it(tmp_path, children):
    problems = [Surroundings(OwnModules(()), ()) for _ in range(3)]
    units = [[[3], [4]], [[1], [13], [2], [13]], [[5], [1]]]
    with contextlib.ExitStack() as opened:
        begun = []
        for place, own, mine in zip("abc", problems, units, strict=True):
            repository = opened.enter_context(Repository(several(tmp_path / place).write()))
            begun.append(children.read(repository, mine, own, DOUBLED))
        read = [[result[0] for unit in one for result in unit] for one in begun]
    assert read == [[6, 8], [2, "lost 13", 4, "lost 13"], [10, 2]]
    assert [own.problems["reader-died"] for own in problems] == [0, 2, 0]


def left_behind(repository, unit, _surroundings):
    (repository.scratch.parent / "left").touch()
    return list(unit)


def test_children_begin_before_anybody_asks(tmp_path, children):
    with Repository(several(tmp_path).write()) as repository:
        read = children.read(repository, [[1], [2]], NOTHING, Job(left_behind, lost, str))
        children.rest(0)  # they have something to do
        end = time.monotonic() + 30
        while not (repository.scratch / "left").exists() and time.monotonic() < end:
            time.sleep(0.02)
        assert (repository.scratch / "left").exists()
        assert list(read) == [[1], [2]]


def slow(repository, unit, _surroundings):
    (repository.scratch.parent / f"slow {unit[0]}").touch()
    time.sleep(0.3)
    return list(unit)


def test_what_nobody_asks_for_any_more_is_not_read(tmp_path, children):
    with Repository(several(tmp_path).write(), within=tmp_path) as repository:
        read = children.read(repository, [[number] for number in range(20)], NOTHING, Job(slow, lost, str))
        del read
        assert list(children.read(repository, [[99]], NOTHING, Job(slow, lost, str))) == [[99]]
        assert len(list(repository.scratch.glob("slow *"))) < 15


def test_children_at_rest_are_started_again(tmp_path):
    with Children(2) as children, Repository(several(tmp_path).write()) as repository:
        for _ in range(2):
            assert list(children.read(repository, [[1], [2]], NOTHING, DOUBLED)) == [
                [(2, repository.head)],
                [(4, repository.head)],
            ]
            children.rest(60)
            assert children.are_worth(60)  # since they are there
            children.rest(0)
            assert not children.are_worth(60)


def vanishing(repository, _unit, _surroundings):
    """The repository goes away while the unit is read, and the child with it."""
    with contextlib.suppress(FileNotFoundError):  # the other child was first
        repository.place.objects.rename(repository.place.path / "elsewhere")
    os._exit(11)


def test_repository_that_goes_away_is_no_list_of_deadly_items(tmp_path, children):
    with Repository(several(tmp_path).write()) as repository:
        repository.check_presence()
        with pytest.raises(NotUsable, match="went away"):
            list(children.read(repository, [[1, 2], [3]], NOTHING, Job(vanishing, lost, str)))
        with pytest.raises(NotUsable, match="went away"):
            repository.check_presence()


def test_children_read_one_repository_after_another(tmp_path, children):
    """The same children, and none of what they held of the first one stays."""
    alone, together = [], []
    for count in (3, 5, 4):
        folder = several(tmp_path / str(count), count).write()
        with Repository(folder) as repository:
            alone.append(([*walk(repository, Wanted(everyone=True))], read_head(repository)))
        with Repository(folder) as repository:
            together.append(
                (
                    [*walk(repository, Wanted(everyone=True), children=children)],
                    read_head(repository, children=children),
                )
            )
    assert together == alone
    assert all(facts for _, facts in alone)


@pytest.mark.parametrize(("files", "before", "after"), [(59, False, False), (60, False, True), (700, True, True)])
def test_children_that_run_are_asked_for_less(files, before, after):
    with Children(2) as children:
        assert children.are_worth(files) is before
        children.start()
        assert children.are_worth(files) is after
    assert not Children(1).are_worth(files)


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
        "from collectors.parallel import Children\n"
        "from collectors.repository import Repository\n"
        f"with Repository({str(made.write())!r}) as repository, Children(2, worth_starting=0) as children:\n"
        "    found = history.walk(repository, Wanted(everyone=True), unit=2, children=children)\n"
        "    print(sum(len(activity.facts) for activity in found))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    with Repository(made.folder) as repository:
        expected = sum(len(activity.facts) for activity in walk(repository, Wanted(everyone=True)))
    assert int(done.stdout) == expected
