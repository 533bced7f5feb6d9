"""Role files: ours keep to the rules, wrong ones are told with file and line, own ones add and replace."""

import pytest

from data.errors import NotUsable, TaxonomyError
from data.roles import HERE, load_roles, role_of
from data.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
OURS = sorted(path.stem for path in HERE.glob("*.toml"))
HEAD = 'id = "own"\nname = "Own"\nsummary = "What I want."\n'
NEED = '\n[[need]]\nskill = "sql"\nlevel = "applied"\nreason = "For the data."\n'


def write(folder, text, name="own.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_roles_everybody_asks_for_are_there():
    assert set(OURS) == {"data-engineer", "data-scientist", "ml-engineer", "mlops-engineer"}


@pytest.mark.parametrize("name", OURS)
def test_role_file_keeps_to_the_rules(name, tmp_path):
    (tmp_path / f"{name}.toml").write_text((HERE / f"{name}.toml").read_text(encoding="utf-8"), encoding="utf-8")
    role = load_roles(TAXONOMY, tmp_path)[name]  # as a person's own: no skill may be unknown
    assert role == load_roles(TAXONOMY)[name]
    assert role.summary.endswith(".")
    assert all(need.reason.endswith((".", "?")) for need in role.needs)
    assert any(need.must for need in role.needs)
    assert not all(need.must for need in role.needs)
    assert len({TAXONOMY.skills[need.skill].area for need in role.needs}) >= 4


@pytest.mark.parametrize("name", OURS)
def test_role_is_named_by_the_docs(name):
    assert f"`{name}`" in (HERE.parents[2] / "docs" / "roles.md").read_text(encoding="utf-8")


def test_example_of_the_docs_is_a_role(tmp_path):
    text = (HERE.parents[2] / "docs" / "roles.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert "nlp-engineer" in load_roles(TAXONOMY, write(tmp_path, example))


def test_roles_differ_in_what_they_ask_for():
    asked = [frozenset((need.skill, need.level) for need in role.needs) for role in load_roles(TAXONOMY).values()]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD, "own.toml:1: role: need is missing"),
        (HEAD + "need = []\n", "own.toml:1: role: it asks for no skill"),
        (HEAD.replace("own", "Own Role") + NEED, "own.toml:1: role: an id is lower-case words"),
        (HEAD + 'colour = "red"\n' + NEED, "own.toml:1: role: unknown key 'colour'"),
        (HEAD.replace('name = "Own"\n', "") + NEED, "own.toml:1: role: name is missing"),
        (HEAD + 'order = "first"\n' + NEED, "own.toml:1: role: order must be a whole number"),
        (HEAD + NEED.replace("sql", "sqll"), "own.toml:5: need: no skill is called 'sqll'; did you mean sql"),
        (HEAD + NEED.replace("applied", "expert"), "own.toml:5: need: no level is called 'expert'; sql has tried"),
        (HEAD + NEED.replace('"applied"', "3"), "own.toml:5: need: level must be a text"),
        (HEAD + NEED + "weight = 9\n", "own.toml:5: need: weight is 1, 2 or 3"),
        (HEAD + NEED + "must = 1\n", "own.toml:5: need: must must be true or false"),
        (HEAD + NEED + "urgent = true\n", "own.toml:5: need: unknown key 'urgent'"),
        (HEAD + NEED + NEED, "own.toml:10: need: sql is asked for twice"),
        (HEAD + NEED + NEED.replace("sql", "nosql").replace('reason = "For the data."\n', ""), "own.toml:10: need: reason"),
        (HEAD + "need = 5\n", "own.toml:1: role: need must be [[need]] tables"),
        ("id = \n", "own.toml:1: not TOML"),
    ],
)  # fmt: skip
def test_wrong_file_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(TaxonomyError) as problem:
        load_roles(TAXONOMY, write(tmp_path, text))
    assert told in str(problem.value)


def test_all_problems_are_told_together(tmp_path):
    write(tmp_path, HEAD + NEED.replace("sql", "nothing") + NEED.replace("applied", "best"))
    write(tmp_path, "x =", "other.toml")
    with pytest.raises(TaxonomyError) as problem:
        load_roles(TAXONOMY, tmp_path)
    assert [line.split(": ")[0] for line in str(problem.value).splitlines()] == [
        "other.toml:1",
        "own.toml:5",
        "own.toml:10",
    ]


def test_own_roles_add_and_replace(tmp_path):
    write(tmp_path, HEAD + NEED)
    write(tmp_path, HEAD.replace('"own"', '"data-engineer"') + NEED, "mine.toml")
    roles = load_roles(TAXONOMY, tmp_path)
    assert set(roles) == {*OURS, "own"}
    assert [need.skill for need in roles["data-engineer"].needs] == ["sql"]


def test_one_id_twice_in_a_folder_is_told(tmp_path):
    write(write(tmp_path, HEAD + NEED), HEAD + NEED, "second.toml")
    with pytest.raises(TaxonomyError, match=r"second\.toml:1: role own is there already, in own\.toml"):
        load_roles(TAXONOMY, tmp_path)


def test_roles_that_come_along_fit_another_taxonomy(tmp_path):
    areas = tmp_path / "areas"
    areas.mkdir()
    skill = '[[skill]]\nid = "sql"\nname = "SQL"\nreason = "r"\nevidence = "e"\nsource = "forge"\n'
    (areas / "one.toml").write_text(f'id = "one"\nname = "One"\nsummary = "s"\norder = 1\n{skill}', encoding="utf-8")
    roles = load_roles(load_taxonomy(tmp_path))
    assert {need.skill for role in roles.values() for need in role.needs} == {"sql"}


def test_role_is_found_or_the_others_are_named():
    roles = load_roles(TAXONOMY)
    assert role_of(roles, None).id == "ml-engineer"
    assert role_of(roles, "data-scientist").name == "Data scientist"
    with pytest.raises(NotUsable, match="Known: ml-engineer, data-scientist"):
        role_of(roles, "astronaut")
