"""The taxonomy that comes along, entry by entry; and what is said of files that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.errors import TaxonomyError
from data.taxonomy import Entry, Rule, Technology, load_taxonomy
from tests.data.samples import facts_of, near_miss_path, sample_path, shown_by

if TYPE_CHECKING:
    from pathlib import Path

TAXONOMY = load_taxonomy()
ENTRIES: list[Entry] = [*TAXONOMY.technologies.values(), *TAXONOMY.rules.values()]

SKILLS = {
    "mathematics": "linear-algebra matrix-decomposition dimensionality-reduction calculus optimization statistics "
    "hypothesis-testing confidence-intervals",
    "programming": "python r numpy pandas scikit-learn r-packages data-preprocessing missing-data large-data "
    "algorithms-from-scratch",
    "deep-learning": "pytorch tensorflow neural-architectures convolutional-networks recurrent-networks dropout "
    "training-dynamics hyperparameter-tuning distributed-training",
    "data-engineering": "sql event-streaming distributed-processing etl-pipelines workflow-orchestration "
    "semi-structured-data nosql",
    "model-evaluation": "classification-metrics roc-auc imbalanced-data cross-validation experiment-tracking "
    "feature-selection",
    "software-engineering": "version-control code-quality testing agile ci-cd containers dependency-management "
    "model-deployment",
    "domain-knowledge": "healthcare finance language vision audio-signal geospatial commerce industry-science "
    "communicating-insight",
    "learning-community": "kaggle-competitions kaggle-sharing open-source stack-overflow meetups-courses portfolio "
    "learning-cadence",
}


FILES = sorted({pattern for entry in ENTRIES for pattern in entry.files})
ENDS = ("", ".yml", "x", "x.yml", "x.config", "x.kts")


@pytest.mark.parametrize("pattern", FILES)
def test_a_file_that_an_entry_names_is_taken_by_a_reader(pattern):
    stem = pattern.removeprefix("**/").replace("**", "*")
    paths = {stem.replace("*", filled) for filled in ENDS}
    assert any(fact.kind == "file" for path in paths for fact in facts_of("key: value\n", path))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_sample_shows_entry(entry):
    found = shown_by(entry, entry.sample, sample_path(entry))
    assert found, facts_of(entry.sample, sample_path(entry))
    if isinstance(entry, Technology):
        assert ("technology", entry.id) in found
    expected = {("skill", skill) for skill in entry.skills if not skill.endswith("?")}
    assert expected <= found


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_near_miss_shows_nothing(entry):
    assert not shown_by(entry, entry.near_miss, near_miss_path(entry))


def test_areas_hold_the_agreed_skills():
    assert [area.id for area in TAXONOMY.areas] == list(SKILLS)
    for area, skills in SKILLS.items():
        assert [skill.id for skill in TAXONOMY.skills_of(area)] == skills.split()


def test_every_code_skill_is_shown_in_python_or_files():
    shown = {
        m.subject for clause in TAXONOMY.clauses for m in clause.matches if m.subject_kind == "skill" and not m.weak
    }
    assert {skill.id for skill in TAXONOMY.skills.values() if skill.source in {"code", "forge", "github"}} <= shown


def test_every_skill_has_reason_and_evidence():
    assert all(skill.reason and skill.evidence.endswith(".") for skill in TAXONOMY.skills.values())


def test_levels_rise():
    for skill in TAXONOMY.skills:
        steps = TAXONOMY.levels.of(skill)
        assert [step.name for step in steps] == ["none", "tried", "practised", "applied", "sustained"]
        for name in ("days", "projects", "months"):
            amounts = [getattr(step, name) for step in steps]
            assert amounts == sorted(amounts)
        assert (steps[0].days, steps[0].projects, steps[0].months) == (0, 0, 0)


def test_everyones_levels_are_those_agreed():
    steps = TAXONOMY.levels.of("pandas")
    assert [(step.days, step.projects, step.months) for step in steps] == [
        (0, 0, 0), (1, 0, 0), (5, 0, 0), (15, 2, 0), (40, 3, 12),
    ]  # fmt: skip


def test_domain_area_counts_its_best():
    area = next(area for area in TAXONOMY.areas if area.id == "domain-knowledge")
    assert (area.best, area.always) == (2, ("communicating-insight",))


# Files that are wrong

AREA = 'id = "craft"\nname = "Craft"\nsummary = "Wood."\norder = 1\n'
SKILL = '\n[[skill]]\nid = "sawing"\nname = "Sawing"\nreason = "wood"\nevidence = "Cuts."\n'
ENTRY = (
    '\n[[technology]]\nid = "{id}"\nname = "Saw"\ndocs = "https://saw.example/"\nimports = ["{id}"]\n'
    'skills = ["sawing"]\nsample = "import {id}"\nnear_miss = "no"\n'
)


def taxonomy_in(folder: Path, **areas: str) -> Path:
    (folder / "areas").mkdir()
    for name, text in areas.items():
        (folder / "areas" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


WRONG = {
    "not toml": (AREA + "= 3\n", "areas/craft.toml:5: not TOML"),
    "unknown key": (AREA + SKILL + ENTRY.format(id="saw") + 'colour = "red"\n', "areas/craft.toml:12: technology \"saw\": unknown key 'colour'"),
    "missing key": (AREA + SKILL + '\n[[rule]]\nid = "cut"\nskills = ["sawing"]\nfacts = ["sql:x"]\n', 'areas/craft.toml:12: rule "cut": sample is missing'),
    "bad id": (AREA + SKILL + ENTRY.format(id="Big_Saw"), "an id is lower-case words joined by hyphens"),
    "twice": (AREA + SKILL + ENTRY.format(id="saw") + ENTRY.format(id="saw"), "areas/craft.toml:21: technology saw is there already: areas/craft.toml:12"),
    "unsorted": (AREA + SKILL + ENTRY.format(id="saw") + ENTRY.format(id="axe"), "areas/craft.toml:21: technology axe belongs before saw"),
    "unknown skill": (AREA + SKILL + ENTRY.format(id="saw").replace("sawing", "flying"), "saw: no skill is called 'flying'"),
    "skill without entry": (AREA + SKILL, "skill sawing is shown by no entry"),
    "nothing to look for": (AREA + SKILL + ENTRY.format(id="saw").replace('imports = ["saw"]\n', ""), "nothing to look for"),
    "wrong type": (AREA + SKILL + ENTRY.format(id="saw").replace('["saw"]', '"saw"'), "imports must be a list of texts"),
    "bad fact": (AREA + SKILL + ENTRY.format(id="saw") + 'facts = ["smell:oak"]\n', "'smell:oak' is not `kind:pattern`"),
    "two kinds of beside": (
        AREA + SKILL + '\n[[rule]]\nid = "cut"\nreason = "x"\nskills = ["sawing"]\nfacts = ["sql:x"]\nneeds = ["sql:y"]\nconfirmed_by = ["sql:z"]\nsample = "x"\nnear_miss = "y"\n',
        "cut: needs and confirmed_by exclude each other"),
    "bad argument": (AREA + SKILL + ENTRY.format(id="saw") + 'arguments = { "cut" = "sawing" }\n', "argument 'cut' is not"),
    "http docs": (AREA + SKILL + ENTRY.format(id="saw").replace("https:", "http:"), "docs must be an https address"),
    "bad source": (AREA + SKILL + 'source = "dream"\n', "source must be one of"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_wrong_file_is_told_with_its_line(tmp_path, text, message):
    with pytest.raises(TaxonomyError) as raised:
        load_taxonomy(taxonomy_in(tmp_path, craft=text))
    assert message in str(raised.value)


def test_all_problems_are_told_at_once(tmp_path):
    one = AREA + SKILL + ENTRY.format(id="saw").replace("https:", "http:")
    two = AREA.replace("craft", "play").replace("order = 1", 'order = "x"')
    with pytest.raises(TaxonomyError) as raised:
        load_taxonomy(taxonomy_in(tmp_path, craft=one, play=two))
    assert {line.partition(":")[0] for line in str(raised.value).splitlines()} == {
        "areas/craft.toml",
        "areas/play.toml",
    }


def test_folder_without_areas_is_told(tmp_path):
    with pytest.raises(TaxonomyError, match="no area files"):
        load_taxonomy(tmp_path)


def test_own_folder_replaces(tmp_path):
    own = load_taxonomy(taxonomy_in(tmp_path, craft=AREA + SKILL + ENTRY.format(id="saw")))
    assert list(own.skills) == ["sawing"]
    assert [m.subject for m in own.match("symbol", "python", "saw.cut")] == ["saw", "sawing"]
    assert own.match("symbol", "python", "numpy.dot") == []
    assert own.levels.of("sawing") == TAXONOMY.levels.of("pandas")


def test_own_file_extends_and_replaces_entries(tmp_path):
    path = tmp_path / "own.toml"
    rule = '[[rule]]\nid = "mine"\nreason = "My package."\nimports = ["workshop"]\nskills = ["pandas"]\nsample = "x"\nnear_miss = "y"\n'
    numpy = '\n[[technology]]\nid = "numpy"\nname = "NumPy"\ndocs = "https://n.example/"\nimports = ["numpy"]\nsample = "x"\nnear_miss = "y"\n'
    path.write_text('id = "programming"\n\n' + rule + numpy, encoding="utf-8")
    own = load_taxonomy(extend=path)
    assert [m.subject for m in own.match("symbol", "python", "workshop.saw")] == ["pandas"]
    shown = own.match("symbol", "python", "numpy.linalg.svd")
    assert [m.subject for m in shown if m.subject_kind != "condition"] == ["numpy"]
    assert own.skills == TAXONOMY.skills
    assert own.fingerprint != TAXONOMY.fingerprint


def test_equal_files_are_one_taxonomy_as_long_as_it_is_in_use(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('id = "programming"\n[[technology]]\nid = "a"\nname = "A"\nimports = ["a_package"]\n')
    first = load_taxonomy(extend=path)
    assert load_taxonomy() is TAXONOMY
    assert load_taxonomy(extend=path) is first is not TAXONOMY
    path.write_text(path.read_text().replace("a_package", "b_package"))
    second = load_taxonomy(extend=path)
    assert (first.match("import", "python", "b_package"), len(second.match("import", "python", "b_package"))) == ([], 1)


def test_fingerprint_is_that_of_the_patterns(tmp_path):
    text = AREA + SKILL + ENTRY.format(id="saw")
    first = load_taxonomy(taxonomy_in(tmp_path, craft=text)).fingerprint
    (tmp_path / "areas" / "craft.toml").write_text("# a remark\n" + text, encoding="utf-8")
    assert load_taxonomy(tmp_path).fingerprint == first
    (tmp_path / "areas" / "craft.toml").write_text(
        text.replace('imports = ["saw"]', 'imports = ["axe"]'), encoding="utf-8"
    )
    assert load_taxonomy(tmp_path).fingerprint != first


def test_rule_names_fit_the_store():
    assert all(len(m.rule) <= 200 and len(m.subject) <= 60 for c in TAXONOMY.clauses for m in c.matches)  # fmt: skip


def test_rules_show_skills_only():
    for clause in TAXONOMY.clauses:
        for match in clause.matches:
            if match.subject_kind == "technology":
                assert match.subject in TAXONOMY.technologies
            if (
                match.rule.partition(":")[0] in TAXONOMY.rules
                and match.rule.partition(":")[0] not in TAXONOMY.technologies
            ):
                assert match.subject_kind in {"skill", "condition"}


def test_entry_ids_are_shared_by_no_rule():
    assert not TAXONOMY.technologies.keys() & TAXONOMY.rules.keys()
    assert all(isinstance(rule, Rule) for rule in TAXONOMY.rules.values())


def test_catalogue_of_labels_is_covered():
    labelled = """python r julia scala java javascript sql numpy pandas scikit-learn scipy statsmodels sympy tensorflow keras
        pytorch jax xgboost lightgbm catboost matplotlib seaborn plotly nltk spacy gensim transformers opencv pillow flask
        fastapi streamlit gradio kafka spark hadoop cassandra mongodb redis elasticsearch postgresql mysql sqlite airflow
        prefect dbt mlflow wandb tensorboard dvc optuna ray dask polars duckdb docker kubernetes github-actions jenkins
        circleci travis-ci gitlab-ci pytest aws gcp azure tidyverse ggplot2 shiny"""
    assert set(labelled.split()) <= TAXONOMY.technologies.keys()
