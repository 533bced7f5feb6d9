"""What holds of the Python reader for every text: lines, partitions, cutting, hostile input."""

from __future__ import annotations

import ast
import gc
import weakref
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collectors.reading import python_blocks, reader_for
from collectors.reading.pieces import Earlier, Piece, cut
from collectors.reading.python_definitions import Block
from collectors.reading.python_lexical import findings as lexical
from collectors.reading.python_module import Module, Source
from collectors.reading.python_names import Namespace, Part
from data.models import Fact, FactKind
from tests.collectors.reading.reading import placed, read, values

STATEMENTS = st.sampled_from(
    [
        "import numpy as np", "import pandas as pd", "from torch import nn", "import torch", "df = pd.read_csv('a.csv')", "df = df.dropna()",
        "df = other(df)", "df['age'].fillna(0)", "x = np.linalg.svd(df)", "np = 3", "loss = nn.L1Loss()(x)", "loss.backward()",
        "def load(p):\n    return pd.read_csv(p)", "df = load(x)", "class Net(nn.Module):\n    def forward(self, x):\n        return self.lin(x)",
        "net = Net()\nnet.train()", "if x:\n    df = np.zeros(3)\nelse:\n    df.sum()", "for df in pd.read_csv(x):\n    df.mean()",
        "def f(df: pd.DataFrame) -> int:\n    '''Doc.'''\n    global x\n    x = np.ones(3)\n    return df.sum()", "x.argmax(axis=1)",
        "class T:\n    def fit(self, X):\n        self.w = np.ones(3) * 2\n    def predict(self, X):\n        return self.w.dot(X)",
        "with torch.no_grad() as g:\n    g.step()", "f = lambda np: np.dot(1)", "[np.dot(1) for np in df]", "cur.execute('SELECT a FROM t')",
        "try:\n    import dask\nexcept ImportError:\n    dask = None", "print 'python 2', np.ones(1)", "<<<<<<< ours", "'''text\nof df.mean()\n'''",
        "@torch.no_grad()\n# why\ndef g(): ...", "x = (\n  np\n  .ones(3)\n)", "    indented = np.ones(3)", ")", "'''", "y = [\n1,\nnp.pi]",
        "if __name__ == '__main__':\n    df = pd.read_csv(x)\n    df.head()", "def long(a):\n" + "".join(f"    v{n} = np.ones({n})\n" for n in range(30)),
    ]
)  # fmt: skip
TEXTS = st.lists(STATEMENTS, min_size=1, max_size=12).map(lambda parts: "\n".join(parts) + "\n")


def total(facts: list[Fact]) -> Counter:
    return Counter(
        {
            (f.kind.value, f.value, f.path, f.line): f.count
            for f in facts
            if f.kind not in (FactKind.LANGUAGE, FactKind.STRUCTURE)
        }
    )


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.data())
def test_facts_of_all_lines_are_those_of_their_parts(text, data):
    lines = list(range(text.count("\n")))
    parts = data.draw(st.lists(st.integers(0, 2), min_size=len(lines), max_size=len(lines)))
    groups = [[line for line, part in zip(lines, parts, strict=True) if part == number] for number in range(3)]
    each = [read(text, wanted=group) for group in groups]
    whole = read(text)
    assert total(whole) == sum((total(facts) for facts in each), Counter())
    assert placed(whole) == set().union(*[placed(facts) for facts in each])
    counts = [sum(f.count for f in facts if f.kind is FactKind.LANGUAGE) for facts in each]
    assert sum(f.count for f in whole if f.kind is FactKind.LANGUAGE) == sum(counts)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.permutations([0, 1, 2]))
def test_the_order_of_asking_is_irrelevant(text, order):
    lines = range(text.count("\n"))
    document = reader_for("a.py").open(text.encode(), "a.py", frozenset())
    asked = {number: placed(document.facts([line for line in lines if line % 3 == number])) for number in order}
    for number, facts in asked.items():
        assert facts == placed(read(text, "a.py", wanted=[line for line in lines if line % 3 == number]))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_pieces_are_the_text(text):
    pieces = cut(text.encode()).pieces
    assert b"".join(piece.text for piece in pieces) == text.encode()
    assert [piece.line for piece in pieces] == [
        text.encode()[: sum(len(p.text) for p in pieces[:n])].count(b"\n") for n in range(len(pieces))
    ]


PARTS = st.lists(
    st.sampled_from(
        [
            "x = (1,\n",
            "  2)\n",
            "y = 3\n",
            ")\n",
            "def f():\n    return 1\n",
            '"""\n',
            "@dec\n",
            "# why (\n",
            "z = \\\n",
            "\n",
        ]
    ),
    max_size=9,
)


@settings(max_examples=300, deadline=None)
@given(PARTS, PARTS, PARTS, PARTS)
def test_pieces_taken_from_another_version_are_those_of_the_text(head, old, new, tail):
    begin, end = ("".join(parts).encode() for parts in (head, tail))
    before, after = (begin + "".join(middle).encode() + end for middle in (old, new))
    assert cut(after, Earlier(cut(before), len(begin), len(end))) == cut(after)


def parses(text: str) -> bool:
    """Whether it does; calls of the text's own functions are left out: read whole, what they return is known later."""
    if "= load(" in text:
        return False
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def read_whole(*texts: str) -> list[Fact]:
    """Facts with each text read as one piece by the parser."""
    data = "".join(texts).encode()
    module = Module([Source("a.py", data, data.split(b"\n")[:-1])], frozenset())
    names = module._names = Namespace("module", None, frozenset(), Block)
    line = 0
    for text in texts:
        part = Part(Piece(line, text.encode()), 0, names, "")
        names.parts.append(part)
        names._read(part)
        line += text.count("\n")
    return module.facts(None)


@settings(max_examples=200, deadline=None)
@given(TEXTS.filter(parses))
def test_reading_by_pieces_is_reading_the_whole(text):
    assert placed(read(text, "a.py")) == placed(read_whole(text))


HEADS = st.sampled_from(
    [
        "def f(a, b=np.ones(1)):",
        "@dec\ndef f(\n    a,\n):",
        "class A(nn.Module):",
        "async def f(a: pd.DataFrame):  # why:",
    ]
)
LEADS = "import numpy as np\nimport pandas as pd\nfrom torch import nn\n"


@settings(max_examples=200, deadline=None)
@given(HEADS, TEXTS.filter(parses))
def test_a_definition_cut_is_the_definition_whole(head, body):
    text = head + "\n" + "".join(f"    {line}\n" if line else "\n" for line in body.split("\n")[:-1])
    assume(parses(text) and "import" not in body and "np = 3" not in body)  # no name of the module is met unbound
    long = text + "    " + "pass;" * 200 + "pass\n"  # long enough to be cut
    assert python_blocks.split(long.encode()) is not None
    assert placed(read(LEADS + long, "a.py")) == placed(read_whole(LEADS, long))


LEXICAL = {
    "chain": (b"import numpy as np\nprint np.linalg.svd(x)", [("", "numpy.linalg.svd")]),
    "string": (b"import numpy as np\nprint 'np.linalg.svd(x)'", []),
    "comment": (b"import numpy as np\nprint 1 # np.linalg.svd(x)", []),
    "docstring": (b'import numpy as np\n"""\nnp.dot\n"""\nprint 1', []),
    "assigned": (b"np = 3\nprint np.dot(1)", []),
    "parameter": (b"def f(a, np):\n    print np.dot(1)", []),
    "keyword": (b"import numpy as np\nprint f(np=3)", []),
    "part of a name": (b"import numpy as np\nprint anp.dot(1), a.np.dot", []),
}


@pytest.mark.parametrize("case", LEXICAL)
def test_words_of_what_does_not_parse(case):
    text, expected = LEXICAL[case]
    found = [pair for use in lexical(text).uses for pair in use.value if pair[0] in ("", "np")]
    assert found == expected


LINES = ["np.dot(1)", "x = np.ones(2)", "f(np.pi, 'np.e')", "# np.e", "import os", "os.path.join(np.e)"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1))
def test_words_agree_with_the_parser(lines):
    text = "import numpy as np\nimport os\nif 1:\n" + "".join(f"  {line}\n" for line in lines) + "  x\n"
    broken = text + "  1 2\n"
    assert not parses(broken)
    assert values(read(broken), FactKind.SYMBOL) == values(read(text), FactKind.SYMBOL)


def test_damage_stays_in_its_piece():
    text = (
        "import numpy as np\nx = np.ones(1)\n<<<<<<< ours\nx.sum()\n=======\nx.mean()\n>>>>>>> theirs\n"
        "def f(:\n  np.zeros(1)\nx.max()\n"
    )
    assert values(read(text), FactKind.SYMBOL) == {
        "numpy.ones", "numpy.ones().sum", "numpy.ones().mean", "numpy.zeros", "numpy.ones().max",
    }  # fmt: skip


HOSTILE = {
    "open brackets": b"(" * 100_000,
    "open bracket lines": b"(\n" * 50_000,
    "nested lists": b"x=" + b"[" * 5_000 + b"]" * 5_000,
    "nested calls": b"f(" * 900 + b")" * 900,
    "unary operators": b"x=" + b"-" * 1_000_000 + b"1",
    "sum": b"x=" + b"a+" * 90_000 + b"a",
    "huge number": b"x=" + b"9" * 1_000_000,
    "attribute chain": b"np" + b".a" * 60_000,
    "call chain": b"np.x" + b".a()" * 50_000,
    "lambdas": b"x=" + b"lambda:" * 2_000 + b"1",
    "elif": b"if a: x=1\n" + b"elif b: x=2\n" * 10_000,
    "decorators": b"@a\n" * 50_000,
    "backslashes": b"x=\\\n" * 50_000,
    "quotes": b'"""\n' * 50_000,
    "f-string fields": b"x=f'" + b"{a}" * 60_000 + b"'",
    "long line": b"np.dot(1);" + b"a.b(c);" * 300_000,
    "long list": b"x = [" + b"np.pi, " * 200_000 + b"]",
    "assignments": b"x=np.a()\n" + b"x=x.b()\n" * 20_000,
    "aliases": b"x=np\n" + b"x=x.b\n" * 20_000,
    "attributes of self": b"class A:\n def f(self):\n"
    + b"".join(b"  self.a%d=self.a%d\n" % (n, n + 1) for n in range(20_000)),
    "returns of returns": b"".join(b"def f%d():\n  return f%d()\n" % (n, n + 1) for n in range(2_000)) + b"f0().a\n",
    "recursion": b"def f():\n  x = f()\n  return x\nf().a\n",
    "class of itself": b"class A(A):\n  def f(self):\n    return self.g\nA().b\n",
    "statement in a string": b"db.execute('''" + b"with a as (" * 10_000 + b"''')",
    "spaces": b" " * 500_000 + b"x",
    "nul": b"x\0y\n",
    "no text": b"",
    "not utf-8": b"x = '\xe9\xff'\n",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_is_read_or_left(case):
    text = b"import numpy as np\n" + HOSTILE[case] + b"\n\nnp.zeros(1)\n"
    document = reader_for("a.py").open(text, "a.py", frozenset())
    assert values(document.facts([0]), FactKind.IMPORT) == {"numpy"}
    assert all(len(fact.value) < 1_000 for fact in document.facts(None))


def test_200_000_lines_are_read():
    document = reader_for("a.py").open(b"import numpy as np\n" + b"np.dot(1)\n" * 200_000, "a.py", frozenset())
    assert [(f.kind, f.value, f.line) for f in document.facts([200_000])] == [
        (FactKind.SYMBOL, "numpy.dot", 200_001),
        (FactKind.LANGUAGE, "python", 200_001),
    ]


ENCODINGS = {
    "byte order mark": b"\xef\xbb\xbfimport numpy as np\nnp.dot(1)",
    "utf-16": "import numpy as np\nnp.dot(1)".encode("utf-16"),
    "windows line ends": b"import numpy as np\r\nnp.dot(1)\r\n",
    "old line ends": b"import numpy as np\rnp.dot(1)\r",
    "latin-1": b"# \xe9\nimport numpy as np\nx = '\xe9' + np.dot(1)",
}


@pytest.mark.parametrize("case", ENCODINGS)
def test_encodings_and_line_ends(case):
    assert values(read(ENCODINGS[case]), FactKind.SYMBOL) == {"numpy.dot"}


def test_versions_let_go_of_each_other():
    """With nobody looking for circles: a version is gone when its user lets go of it, whoever follows."""
    reader = reader_for("a.py")
    gc.disable()
    try:
        documents = [reader.open(b"import os\n" * 300, "a.py", frozenset())]
        for number in range(4):
            data = b"import os\n" * 300 + b"x = %d\n" % number
            documents.append(reader.open(data, "a.py", frozenset(), documents[-1]))
            if number % 2:  # of some nothing is asked
                documents[-1].facts({300})
        *others, last = [weakref.ref(document) for document in documents]
        kept = documents[-1]
        documents.clear()
        assert last() is kept
        assert [other() for other in others] == [None] * 4
        texts = [one for one in gc.get_referents(kept.pieces) if isinstance(one, type(kept.pieces))]
        assert texts == []
    finally:
        gc.enable()


def test_reading_leaves_no_circles():
    data = (
        b"class A:\n    def f(self):\n        self.x = 1\n    def g(self):\n        return self.x\n"
        + b"    y = 1\n" * 200
    )
    module = Module([Source("a.py", data, data.split(b"\n")[:-1])], frozenset())
    names = weakref.ref(module.names)
    gc.disable()
    try:
        module.facts(None)
        assert names() is None
    finally:
        gc.enable()
