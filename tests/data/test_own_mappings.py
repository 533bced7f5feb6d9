"""The person's own mappings: one entry at a time, and what they wrote by hand stays."""

from __future__ import annotations

import multiprocessing
import tomllib

import pytest

from data.errors import NotUsable, TaxonomyError
from data.settings import load_settings
from data.taxonomy import own

BY_HAND = """\
# mine
id = "programming"

[[technology]]
id = "lathe"
name = "Lathe"
imports = ["lathe", "lathe2"]
skills = ["pandas"]  # a remark

[technology.symbols]
"cut" = "numpy"

[[rule]]
id = "bench"
reason = "My bench."
imports = ["bench"]
skills = ["python"]
"""


@pytest.fixture
def settings(tmp_path):
    return load_settings({"SKILLFOLIO_HOME": str(tmp_path)})


@pytest.fixture
def path(settings):
    return own.own_file(settings.home)


def shows(taxonomy, value, language="python", kind="symbol"):
    return {m.subject for m in taxonomy.match(kind, language, value) if m.subject_kind == "skill" and not m.weak}


def test_a_use_shows_the_skill(settings):
    taxonomy = own.map_package(settings, "odd_library", ["statistics"])
    assert shows(taxonomy, "odd_library.run") == {"statistics"}
    assert shows(own.load_chosen(settings), "odd_library.run") == {"statistics"}
    assert own.mapped(settings) == [("odd_library", "python", ("statistics",))]


@pytest.mark.parametrize(
    ("package", "language", "value"),
    [
        pytest.param("@shop/charts", "javascript", "@shop/charts", id="scoped"),
        pytest.param("org.acme.flow", "scala", "org.acme.flow.Job", id="dotted"),
        pytest.param("oddlib.h", "cpp", "oddlib.h", id="header"),
    ],
)
def test_where_only_imports_are_read_the_import_shows_it(settings, package, language, value):
    assert shows(own.map_package(settings, package, ["vision"], language), value, language, "import") == {"vision"}


def test_mapping_again_replaces(settings, path):
    own.map_package(settings, "odd_library", ["statistics"])
    taxonomy = own.map_package(settings, "odd_library", ["pandas", "vision"])
    assert shows(taxonomy, "odd_library.run") == {"pandas", "vision"}
    assert path.read_text(encoding="utf-8").count("[[technology]]") == 1


def test_mapping_again_keeps_its_id(settings, path):
    for skill in ("statistics", "vision", "pandas"):
        own.map_package(settings, "odd_library", [skill])
        assert 'id = "odd-library"' in path.read_text(encoding="utf-8")


def _map_one(settings, name, barrier):
    barrier.wait(30)
    own.map_package(settings, name, ["vision"])


def test_processes_that_map_at_once_lose_nothing(settings):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    names = ("odd_one", "odd_two", "odd_three")
    writers = [context.Process(target=_map_one, args=(settings, name, barrier)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert {package for package, _, _ in own.mapped(settings)} == set(names)


def test_what_was_written_by_hand_stays(settings, path):
    path.write_text(BY_HAND, encoding="utf-8")
    own.map_package(settings, "odd_library", ["statistics"])
    own.map_package(settings, "other_library", ["vision"])
    own.remove_package(settings, "odd_library")
    own.remove_package(settings, "other_library")
    assert path.read_text(encoding="utf-8").rstrip() == BY_HAND.rstrip()


def test_remarks_on_the_next_entry_stay(settings, path):
    own.map_package(settings, "odd", ["vision"])
    with path.open("a", encoding="utf-8") as file:
        file.write(
            '\n# on the next\n[[rule]]\nid = "bench"\nreason = "Mine."\nimports = ["bench"]\nskills = ["python"]\n'
        )
    own.remove_package(settings, "odd")
    assert "# on the next\n[[rule]]" in path.read_text(encoding="utf-8")


def test_the_same_name_in_two_languages(settings):
    own.map_package(settings, "odd", ["statistics"])
    own.map_package(settings, "odd", ["vision"], "r")
    taxonomy = own.remove_package(settings, "odd")
    assert shows(taxonomy, "odd.run") == set()
    assert shows(taxonomy, "odd::run", "r") == {"vision"}


@pytest.mark.parametrize("package", ["numpy2\n[[rule]]", 'a"', "", "a b", "é", "x" * 101])
def test_odd_names_are_refused(settings, path, package):
    with pytest.raises(NotUsable, match="no name of a package"):
        own.map_package(settings, package, ["statistics"])
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("odd", ["no-skill"]), "No skill or technology", id="skill"),
        pytest.param(("odd", ["torchvision"]), "is a technology", id="technology"),
        pytest.param(("odd", []), "Name the skill", id="nothing"),
        pytest.param(("odd", ["vision"], "cobol"), "no language", id="language"),
        pytest.param(("numpy", ["vision"]), "known already", id="known"),
    ],
)
def test_what_cannot_be_is_told(settings, path, arguments, says):
    with pytest.raises(NotUsable, match=says):
        own.map_package(settings, *arguments)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('id = "programming"\n[[technology]\n', ":2: not TOML", id="no TOML"),
        pytest.param('id = "programming"\ntechnology = ["odd"]\n', "technology must be", id="no tables"),
        pytest.param('id = "programming"\nskill = "odd"\n', "skill must be", id="a text"),
    ],
)
def test_a_broken_file_is_told_by_its_path_and_stays(settings, path, text, says):
    path.write_text(text, encoding="utf-8")
    for change in (lambda: own.map_package(settings, "odd", ["vision"]), lambda: own.remove_package(settings, "odd")):
        with pytest.raises(TaxonomyError) as raised:
            change()
        assert str(raised.value).startswith(str(path))
        assert says in str(raised.value)
    assert path.read_text(encoding="utf-8") == text


def test_an_entry_in_an_odd_layout_is_left_to_the_person(settings, path):
    text = 'id = "programming"\ntechnology = [{ id = "odd", name = "odd", imports = ["odd"], skills = ["vision"] }]\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotUsable, match="by hand"):
        own.remove_package(settings, "odd")
    assert path.read_text(encoding="utf-8") == text


def test_the_file_beside_the_store_lies_on_top(tmp_path):
    theirs = tmp_path / "company"
    theirs.mkdir()
    entry = '[[technology]]\nid = "odd"\nname = "Odd"\nimports = ["odd"]\nskills = ["vision"]\n'
    (theirs / "tools.toml").write_text('id = "programming"\n' + entry, encoding="utf-8")
    settings = load_settings({"SKILLFOLIO_HOME": str(tmp_path), "SKILLFOLIO_TAXONOMY_EXTEND": str(theirs)})
    assert shows(own.load_chosen(settings), "odd.run") == {"vision"}
    own.own_file(tmp_path).write_text('id = "programming"\n' + entry.replace("vision", "pandas"), encoding="utf-8")
    assert shows(own.load_chosen(settings), "odd.run") == {"pandas"}


def test_nothing_else_is_left_in_the_folder(settings, path):
    own.map_package(settings, "odd", ["vision"])
    assert [item.name for item in settings.home.iterdir()] == [path.name]
    assert tomllib.loads(path.read_text(encoding="utf-8"))["technology"][0]["id"] == "odd"


def test_a_distribution_stands_for_what_it_brings(settings):
    taxonomy = own.map_package(settings, "Python-Dateutil", ["statistics"])
    assert shows(taxonomy, "dateutil.parser.parse") == {"statistics"}
    assert own.mapped(settings) == [("dateutil", "python", ("statistics",))]
    assert shows(own.remove_package(settings, "python-dateutil"), "dateutil.parser.parse") == set()


def test_a_distribution_of_a_known_library_is_known(settings):
    with pytest.raises(NotUsable, match="known already, as scikit-learn"):
        own.map_package(settings, "scikit_learn", ["statistics"])
