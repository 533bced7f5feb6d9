"""Lists of dependencies: what they name, what they pin, and what locks leave unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.dependencies import normalised
from tests.collectors.reading.speaking_files import read, said

LISTED = {
    "requirements": (
        "requirements.txt",
        "numpy==1.26.0  # x\nScikit_Learn>=1\npandas\n-r base.txt\ngit+https://x/y.git\n./local\nray[tune]~=2.0 ; python_version > '3'\n# torch\n--hash=sha256:x\ntorch @ https://x/y.whl\n",
        {(1, "numpy"), (2, "scikit-learn"), (3, "pandas"), (7, "ray"), (10, "torch")},
        {1, 2, 7, 10},
    ),
    "pyproject": (
        "pyproject.toml",
        '[project]\nname = "x"\nkeywords = ["numpy"]\ndependencies = [\n  "pandas>=2",\n  "rich",\n]\n[project.optional-dependencies]\ndev = ["pytest~=8"]\n[tool.poetry.dependencies]\npython = "^3.9"\ntorch = "^2.0"\nray = { version = "2.1", extras = ["x"] }\nduckdb = "*"\n[tool.black]\nline-length = 1\n',
        {(5, "pandas"), (6, "rich"), (9, "pytest"), (12, "torch"), (13, "ray"), (14, "duckdb")},
        {5, 9, 12, 13},
    ),
    "pipfile": (
        "Pipfile",
        '[[source]]\nurl = "x"\n[packages]\nflask = "==2.0"\nmlflow = "*"\n[requires]\npython_version = "3.9"\n',
        {(4, "flask"), (5, "mlflow")},
        {4},
    ),
    "conda": (
        "environment.yml",
        "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.9\n  - numpy=1.2\n  - conda-forge::xgboost\n  - pip:\n    - torch==2.0\nprefix: /x\n",
        {(6, "numpy"), (7, "xgboost"), (9, "torch")},
        {6, 9},
    ),
    "setup.py": (
        "setup.py",
        "from setuptools import setup\nsetup(\n  name='x',\n  install_requires=['numpy>=1',\n    'pandas'],\n  classifiers=['a'],\n)\n",
        {(4, "numpy"), (5, "pandas")},
        {4},
    ),
    "setup.cfg": (
        "setup.cfg",
        "[options]\ninstall_requires =\n    numpy>=1\n    pandas\npython_requires = >=3\n",
        {(3, "numpy"), (4, "pandas")},
        {3},
    ),
    "description": (
        "DESCRIPTION",
        "Package: x\nDepends: R (>= 4.0)\nImports:\n    dplyr (>= 1.0),\n    ggplot2\nLicense: MIT\n",
        {(4, "dplyr"), (5, "ggplot2")},
        {4},
    ),
    "package.json": (
        "package.json",
        '{\n "name": "x",\n "scripts": {\n  "test": "jest"\n },\n "dependencies": {\n  "@tensorflow/tfjs": "^4.0.0",\n  "d3": "*"\n },\n "devDependencies": {"jest": "29.1"}\n}\n',
        {(7, "@tensorflow/tfjs"), (8, "d3"), (10, "jest")},
        {7, 10},
    ),
    "sbt": (
        "build.sbt",
        'libraryDependencies += "org.apache.spark" %% "spark-core" % "3.1"\n',
        {(1, "org.apache.spark:spark-core")},
        {1},
    ),
    "definitions of an sbt build": (
        "jobs/project/Dependencies.scala",
        'object Dependencies {\n  val v = "2.2.1"\n  val core = "org.apache.spark" %% "spark-core" % v\n}\n',
        {(3, "org.apache.spark:spark-core")},
        {3},
    ),
    "plugins of an sbt build": (
        "project/site.sbt",
        'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "0.14.6")\n',
        {(1, "com.eed3si9n:sbt-assembly")},
        {1},
    ),
    "mill": ("build.sc", 'def ivyDeps = Agg(ivy"com.lihaoyi::upickle:1.0.0")\n', {(1, "com.lihaoyi:upickle")}, {1}),
    "a Scala project of that name": (
        "src/main/project/Main.scala",
        'val x = "org.a" % "b" % "1"\n',
        set(),
        set(),
    ),
    "julia": (
        "Project.toml",
        '[deps]\nFlux = "587475ba-b771-5e3f-ad9e-33799f191a9c"\n[compat]\nFlux = "0.14"\njulia = "1.6"\n',
        {(2, "flux"), (4, "flux")},
        {4},
    ),
    "gradle": (
        "build.gradle",
        "implementation 'org.apache.kafka:kafka-clients:3.1'\n",
        {(1, "org.apache.kafka:kafka-clients")},
        {1},
    ),
    "maven": (
        "pom.xml",
        "<groupId>me</groupId>\n<artifactId>own</artifactId>\n<dependency>\n<groupId>a.b</groupId>\n<artifactId>c</artifactId>\n</dependency>\n",
        {(5, "a.b:c")},
        {5},
    ),
    "go": (
        "go.mod",
        "module example.org/x\nrequire (\n\tgithub.com/a/b v1.2.3\n\tgithub.com/c/d v1.0.0 // indirect\n)\n",
        {(3, "github.com/a/b")},
        {3},
    ),
    "cargo": ("Cargo.toml", '[package]\nname = "x"\n[dependencies]\npolars = "0.3"\n', {(4, "polars")}, {4}),
}


@pytest.mark.parametrize("name", LISTED)
def test_listed_and_pinned(name):
    path, text, listed, pinned = LISTED[name]
    assert said(path, text, "listed") == listed
    structures = {
        (line, value) for line, value in said(path, text, "structure") if value.endswith(("dependencies", "list"))
    }
    assert {line for line, value in structures if value == "pinned-dependencies"} == pinned
    assert {line for line, value in structures if value == "dependency-list"} == {line for line, _ in listed} - pinned


@pytest.mark.parametrize("path", ["poetry.lock", "renv.lock", "deep/package-lock.json", "uv.lock", "Manifest.toml"])
def test_locks_claim_nothing_of_their_content(path):
    facts = read(path, '[[package]]\nname = "torch"\nversion = "2.0"\n')
    assert {(str(fact.kind), fact.value) for fact in facts} == {("file", path), ("structure", "pinned-dependencies")}


def test_wanted_lines_only():
    text = "numpy==1\npandas==2\n"
    assert said("requirements.txt", text, "listed", wanted=[1]) == {(2, "pandas")}
    assert [fact.line for fact in read("requirements.txt", text, [1]) if fact.kind == "file"] == [2]


@given(st.text("abcXYZ019-_.", min_size=1))
def test_normalised_is_settled(name):
    assert normalised(normalised(name)) == normalised(name)
