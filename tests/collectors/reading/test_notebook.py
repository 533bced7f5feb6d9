"""Notebooks: code cells only, one namespace, magics and other languages apart."""

from __future__ import annotations

import json

import pytest

from collectors.reading import Unreadable, reader_for
from data.models import FactKind
from tests.collectors.reading.reading import notebook, placed, read, values

PROSE = ("markdown", "Here we look at how the two groups differ and why.")


def test_code_cells_share_one_namespace():
    facts = read(notebook("import numpy as np", "# Title", "np.dot(1, 2)\nnp.ones(3)"), "a.ipynb")
    assert placed(facts) == {
        ("import", "numpy", "a.ipynb#cell0", 1),
        ("symbol", "numpy.dot", "a.ipynb#cell2", 1),
        ("symbol", "numpy.ones", "a.ipynb#cell2", 2),
    }


def test_cells_are_counted_with_those_of_text():
    facts = read(notebook(PROSE, "import numpy", ("raw", "numpy.dot"), "numpy.dot(1)"), "a.ipynb")
    assert {fact.path for fact in facts} == {"a.ipynb#cell1", "a.ipynb#cell3"}


def test_imports_serve_earlier_cells():
    assert values(read(notebook("np.dot(1)", "import numpy as np"), "a.ipynb"), FactKind.SYMBOL) == {"numpy.dot"}


def test_origins_reach_later_cells():
    cells = ["import pandas as pd", "df = pd.read_csv(x)", "df.head()", "df = other(df)", "df.tail()"]
    assert values(read(notebook(*cells), "a.ipynb"), FactKind.SYMBOL) == {"pandas.read_csv", "pandas.read_csv().head"}


def test_one_changed_cell_of_fifty_is_one_cell():
    cells = ["import numpy as np", *[f"np.f{n}()" for n in range(49)]]
    before = reader_for("a.ipynb").open(notebook(*cells), "a.ipynb", frozenset())
    cells[30] = "np.linalg.svd(x)"
    after = reader_for("a.ipynb").open(notebook(*cells), "a.ipynb", frozenset())
    changed = [n for n, line in enumerate(after.lines) if line not in before.lines]
    assert {(f.kind.value, f.value, f.path) for f in after.facts(changed)} == {
        ("symbol", "numpy.linalg.svd", "a.ipynb#cell30"),
        ("language", "python", "a.ipynb#cell30"),
    }


def test_outputs_are_never_looked_at():
    made = json.loads(notebook("import numpy"))
    made["cells"][0]["outputs"] = [{"data": {"text/plain": ["import pandas\n"]}, "output_type": "display_data"}]
    made["cells"][0]["execution_count"] = 3
    document = reader_for("a.ipynb").open(json.dumps(made).encode(), "a.ipynb", frozenset())
    assert document.lines == [b"import numpy"]
    assert values(document.facts(None), FactKind.IMPORT) == {"numpy"}


def test_format_3_is_read():
    cells = [{"cell_type": "code", "input": ["import numpy as np\n", "np.dot(1)"], "language": "python"}]
    data = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {"name": ""}}).encode()
    assert values(read(data, "a.ipynb"), FactKind.SYMBOL) == {"numpy.dot"}


INDENTED = {
    "first line": (" d = pd.read_csv('a.csv',\n  index_col=0)", True),
    "all lines": ("\n  if x:\n    d = pd.read_csv('a.csv')", True),
    "later lines": ("d = 1\n  e = pd.read_csv('a.csv')", False),
}


@pytest.mark.parametrize("case", INDENTED)
def test_cells_are_read_against_the_margin(case):
    text, expected = INDENTED[case]
    facts = read(notebook("import pandas as pd", text), "a.ipynb")
    assert ("a.csv" in values(facts, FactKind.DATA)) is expected


MAGICS = {
    "line magic": ("%matplotlib inline\nimport numpy", {"magic:matplotlib"}, {"numpy"}),
    "star of pylab": ("%pylab inline", {"magic:pylab"}, {"pylab.*"}),
    "timed": ("%time import numpy", {"magic:time"}, {"numpy"}),
    "timed cell": ("%%time\nimport numpy", {"magic:time"}, {"numpy"}),
    "timed cell below a blank line": ("\n%%timeit -n 10\nimport numpy", {"magic:timeit"}, {"numpy"}),
    "shell": ("!pip install pandas\nimport numpy", {"shell:pip"}, {"numpy"}),
    "shell in a block": ("if x:\n    !ls\nimport numpy", {"shell:ls"}, {"numpy"}),
    "shell as administrator": ("!sudo apt-get install x", {"shell:apt-get"}, set()),
    "shell through python": ("!python -m spacy download en", {"shell:spacy"}, set()),
    "shell to a name": ("files = !ls data\nimport numpy", {"shell:ls"}, {"numpy"}),
    "pip magic": ("%pip install pandas", {"shell:pip"}, set()),
    "help": ("import numpy\nnumpy.dot?\n?numpy", set(), {"numpy"}),
    "bash cell": ("%%bash\nimport numpy", {"magic:bash"}, set()),
    "html cell": ("%%html\n<b>import numpy</b>", {"magic:html"}, set()),
    "written file": ("%%writefile model.py\nimport numpy", {"magic:writefile"}, {"numpy"}),
    "written text": ("%%writefile notes.txt\nimport numpy", {"magic:writefile"}, set()),
    "modulo is no magic": ("import numpy\nx = (a\n  % b)", set(), {"numpy"}),
}


@pytest.mark.parametrize("case", MAGICS)
def test_magics_and_shell_leave_python(case):
    text, structures, imports = MAGICS[case]
    facts = read(notebook(text), "a.ipynb")
    assert values(facts, FactKind.STRUCTURE) == structures
    assert values(facts, FactKind.IMPORT) == imports


def test_magic_and_shell_lines_are_no_code():
    [language] = [f for f in read(notebook("%matplotlib inline\n!ls\nx = 1"), "a.ipynb") if f.kind is FactKind.LANGUAGE]
    assert language.count == 1


def test_sql_magics_speak_sql():
    facts = read(notebook("%sql SELECT a FROM t", "%%sql\nSELECT b\nFROM t JOIN u"), "a.ipynb")
    assert {(f.value, f.path, f.line) for f in facts if f.kind is FactKind.SQL} == {
        ("select", "a.ipynb#cell0", 1),
        ("select", "a.ipynb#cell1", 2),
        ("join", "a.ipynb#cell1", 3),
    }


def test_r_cells_go_to_the_reader_of_r():
    facts = read(notebook("import numpy", "%%R\nlibrary(dplyr)"), "a.ipynb")
    assert {(f.language, f.value, f.path, f.line) for f in facts if f.kind is FactKind.IMPORT} == {
        ("python", "numpy", "a.ipynb#cell0", 1),
        ("r", "dplyr", "a.ipynb#cell1", 2),
    }


SHARED = {
    "r": ("library(pROC)", "x <- 1\nroc(a, b)", ("pROC::roc", "a.ipynb#cell2", 2)),
    "julia": ("using WAV", "\ny, f = wavread(p)", ("WAV.wavread", "a.ipynb#cell2", 2)),
    "javascript": ("import * as tf from '@tensorflow/tfjs'", "tf.grad(f)", ("@tensorflow/tfjs.grad", "a.ipynb#cell2", 1)),
}  # fmt: skip


@pytest.mark.parametrize("language", SHARED)
def test_cells_of_other_languages_share_what_they_attach(language):
    first, last, expected = SHARED[language]
    text = notebook(first, ("markdown", "words"), last, language_info={"name": language})
    facts = read(text, "a.ipynb")
    assert expected in {(f.value, f.path, f.line) for f in facts if f.kind is FactKind.SYMBOL}
    height = first.count("\n") + 1
    later = read(text, "a.ipynb", wanted={height, height + 1})
    assert expected in {(f.value, f.path, f.line) for f in later if f.kind is FactKind.SYMBOL}
    assert all(f.path == "a.ipynb#cell2" for f in later)


@pytest.mark.parametrize("language", ["r", "julia", "scala", "javascript", "java", "typescript"])
def test_blank_lines_at_the_end_are_none(language):
    facts = read(notebook("", "x = 1\n\n\n", "\n\n", language_info={"name": language}), "a.ipynb")
    assert {(f.path, f.line) for f in facts} == {("a.ipynb#cell1", 1)}


KERNELS = {
    "r": ({"kernelspec": {"name": "ir", "language": "R"}}, "library(dplyr)", ("r", "dplyr")),
    "language wins over a kernel's name": (
        {"kernelspec": {"name": "venv"}, "language_info": {"name": "python"}},
        "import numpy",
        ("python", "numpy"),
    ),
    "kernel of one's own": ({"kernelspec": {"name": "my-project"}}, "import numpy", ("python", "numpy")),
    "nothing said": ({}, "import numpy", ("python", "numpy")),
    "julia": ({"language_info": {"name": "julia"}}, "using Flux", ("julia", "Flux")),
}


@pytest.mark.parametrize("case", KERNELS)
def test_the_kernel_tells_the_language(case):
    metadata, text, expected = KERNELS[case]
    facts = read(notebook(text, **metadata), "a.ipynb")
    assert {(f.language, f.value) for f in facts if f.kind is FactKind.IMPORT} == {expected}


def test_unknown_kernels_say_nothing():
    assert not read(notebook("import numpy", language_info={"name": "brainfuck"}), "a.ipynb")


@pytest.mark.parametrize(("cells", "expected"), [(4, set()), (5, {"markdown-narrative"})])
def test_five_cells_of_prose_are_narrative(cells, expected):
    headings = [("markdown", "# A heading of many words that is no prose at all")] * 9
    facts = read(notebook(*[PROSE] * cells, *headings, "import numpy"), "a.ipynb")
    assert values(facts, FactKind.STRUCTURE) == expected


EXERCISES = {
    "in the language alone": ([PROSE] * 9, "import json\nx = 1", "python", set()),
    "headings in bold": ([("markdown", "** What is the mean of all the salaries in it? **")] * 9, "import pandas", "python", set()),
    "in another language": ([PROSE] * 9, "x <- 1", "R", {"markdown-narrative"}),
}  # fmt: skip


@pytest.mark.parametrize("case", EXERCISES)
def test_exercises_tell_no_story(case):
    prose, code, language, expected = EXERCISES[case]
    facts = read(notebook(*prose, code, language_info={"name": language}), "a.ipynb")
    assert values(facts, FactKind.STRUCTURE) == expected


@pytest.mark.parametrize("data", [b"", b"\n"])
def test_a_notebook_that_is_not_begun_says_nothing(data):
    assert reader_for("a.ipynb").open(data, "a.ipynb", frozenset()).facts(None) == []


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells": 3}', b"\xff\xfe", b'{"cells": [' + b"[" * 100_000])
def test_broken_notebooks_are_unreadable(data):
    with pytest.raises(Unreadable) as told:
        reader_for("a.ipynb").open(data, "a.ipynb", frozenset())
    assert told.value.code == "broken-notebook"


@pytest.mark.parametrize("path", [".ipynb_checkpoints/a-checkpoint.ipynb", "notes.txt", "a.ipynb.bak"])
def test_other_paths_are_not_read_as_notebooks(path):
    assert reader_for(path) is None


def test_facts_of_cells_are_the_union_of_their_lines():
    cells = [
        "import numpy as np\n%time np.ones(1)",
        "%%R\nlibrary(dplyr)",
        *[PROSE] * 5,
        "!ls\nnp.dot(1)\nx = np.zeros(2)\nx.sum()",
    ]
    document = reader_for("a.ipynb").open(notebook(*cells), "a.ipynb", frozenset())
    each = [placed(document.facts([line])) for line in range(len(document.lines))]
    assert set().union(*each) == placed(document.facts(None))


SUBJECTS = {
    "own name": ("Telco Churn.ipynb", {"Telco Churn"}),
    "and its folder": ("home-credit/Risk model.ipynb", {"Risk model", "home-credit"}),
    "the nearest folder alone": ("work/2020/titanic/train.ipynb", {"train", "titanic"}),
    "no number": ("2020/01.ipynb", set()),
    "nothing that tools call them": ("notebooks/Untitled1.ipynb", set()),
    "nothing short": ("a.ipynb", set()),
}


@pytest.mark.parametrize("case", SUBJECTS)
def test_notebook_names_its_subject(case):
    path, expected = SUBJECTS[case]
    assert values(read(notebook("import numpy\nnumpy.dot(1)"), path), FactKind.DATA) == expected


def test_notebook_of_the_language_alone_names_none():
    assert values(read(notebook("import math\nmath.sin(1)"), "Telco Churn.ipynb"), FactKind.DATA) == set()


def test_notebook_names_its_subject_only_where_code_is_asked_for():
    assert read(notebook("import numpy", "numpy.dot(1)"), "Telco Churn.ipynb", wanted=[]) == []
