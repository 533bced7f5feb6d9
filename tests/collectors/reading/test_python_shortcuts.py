"""What is told without the parser, or with less of it, is what the parser says of the whole."""

from __future__ import annotations

import ast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collectors.reading.python_blocks import defined
from collectors.reading.python_heads import Told, told
from collectors.reading.python_kept import read_piece
from collectors.reading.python_narrow import narrow
from data.models import FactKind
from tests.collectors.reading.reading import placed, read

TOLD = {
    "x = np.ones(1)": Told(("x",)),
    "x: int = 1": Told(("x",)),
    "x += f(a=1)": Told(("x",)),
    "x, y = f(a=1)": Told(("x", "y")),
    "x = f(\n    a=[1],\n)": Told(("x",)),
    "self.x = np.ones(1)": Told(attribute=("self", "x")),
    "self.a.x = 1": Told(),
    "x[0] = y": Told(),
    "f(x)(y)": Told(),
    "return x": Told(returns=True),
    "raise X(a=1)": Told(),
    "'''Doc; with x := 3.'''": Told(),
    "x = '; y = 3'": Told(("x",)),
}
NOT_TOLD = [
    "x = y = 1", "x = y, z = f(a=1)", "x = f(a)[0] = y = 1", "x = 1; y = 2", "f(x := 1)", "x = (y := 1)", "(x, y) = f()", "x, *y = f()",
    "[x] = f()", "import x", "for x in y: z = 1", "if x: y = 1", "with f() as x: pass", "while(x): y = 1", "del x", "global x",
    "match (x):\n    case y: pass", "class A: x = 1", "def f(): pass", "async def f(): pass", "lambda x: x", "self.x, y = f()", "x = *y, z = f()",
]  # fmt: skip


@pytest.mark.parametrize("text", TOLD)
def test_the_first_words_tell(text):
    assert told(text.encode()) == TOLD[text]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_the_first_words_do_not_tell(text):
    assert told(text.encode()) is None


NAMES = st.sampled_from(["a", "np", "self"])
ATOMS = st.sampled_from(
    [
        "1",
        "'s'",
        "'a;b'",
        "''':='''",
        "np.pi",
        "a",
        "()",
        "[]",
        "{}",
        "not a",
        "await a",
        "lambda a=1: a",
        "a[0]",
        "f(a=1)",
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}({}, k={})".format, NAMES, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({} if a else {})".format, inner, inner),
        st.builds("{} == {}".format, inner, inner),
        st.builds("{}, {}".format, inner, inner),
        st.builds("(a := {})".format, inner),
    ),
    max_leaves=5,
)
TARGETS = st.sampled_from(
    ["a", "np", "self.a", "self.a.b", "a[0]", "a, np", "(a, np)", "f(a).b", "f(a)[0]", "a: int", "a[0], np", "*a, np"]
)
MARKS = st.sampled_from([" = ", "=", " += ", " == ", " := ", ", ", " "])
SIMPLE = st.builds(
    lambda parts, last: "".join(f"{t}{m}" for t, m in parts) + last,
    st.lists(st.tuples(TARGETS, MARKS), max_size=3),
    EXPRESSIONS,
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        SIMPLE, st.builds("{} {}".format, st.sampled_from(["return", "assert", "del", "raise", "yield"]), EXPRESSIONS)
    )
)
def test_what_is_told_is_what_the_parser_says(text):
    said, found = told(text.encode()), read_piece(text.encode())
    assume(said is not None and found.parsed)
    assert set(said.names) == found.binds.keys()
    assert [said.attribute] * bool(said.attribute) == [(holder, name) for holder, name, _ in found.attributes]
    assert said.returns or not found.returns


LEAVES = st.sampled_from(
    [
        "np.pi",
        "'a.csv'",
        "df['age']",
        "df.fillna(0)",
        "k",
        "'SELECT a FROM t'",
        "x",
        "[y for y in df]",
        "lambda a, b: a",
        "nn.Linear(3, bias=False)",
    ]
)


def indented(text: str) -> str:
    return "\n".join("    " + row for row in text.split("\n"))


def bracketed(opening: str, parts: list[str], closing: str) -> str:
    return opening + "\n" + "".join(indented(part) + ",\n" for part in parts) + closing


OPENINGS = st.sampled_from(
    [("f(", ")"), ("pd.read_sql(", ")"), ("load_dataset(", ")"), ("m.compile(metrics=[", "])"), ("[", "]"), ("(", ")"), ("next(", ")"),
     ("nn.Sequential(", ").fit(x)"), ("[", "][0].fillna(1)"), ("{1: [", "]}"), ("df.loc[", "].sum()"), ("(", ").mean()")]
)  # fmt: skip
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda ends, parts: bracketed(ends[0], parts, ends[1]), OPENINGS, st.lists(inner, min_size=1, max_size=6)
    ),
    max_leaves=20,
)
LEADS = "import numpy as np\nimport pandas as pd\nfrom torch import nn\ndf = pd.read_csv('x.csv')\n"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["x = ", "f(", "self.x = ", "return "]), NESTED, st.data())
def test_a_statement_narrowed_says_the_same_on_its_lines(start, value, data):
    body = start + value + (")" if start == "f(" else "")
    body += "  #" + "." * 400  # long enough to be narrowed
    text = LEADS + body + "\n"
    try:
        ast.parse(body if start != "return " else "def f():\n" + indented(body))
    except SyntaxError:
        assume(False)
    height = body.count("\n") + 1
    wanted = sorted(data.draw(st.sets(st.integers(0, height - 1), min_size=1)))
    shorter = narrow(body.encode(), wanted).decode()
    assert shorter.count("\n") == height - 1

    def on_wanted(source: str) -> set:
        return {fact for fact in placed(read(LEADS + source + "\n")) if fact[3] - 1 - LEADS.count("\n") in wanted}

    assert on_wanted(shorter) == on_wanted(body)
    assert placed(read(text, wanted=[LEADS.count("\n") + line for line in wanted])) == on_wanted(body)


def test_a_long_statement_is_narrowed():
    rows = [f"    f({n}, [\n        a,\n        b,\n    ])," for n in range(100)]
    text = "x = [\n" + "\n".join(rows) + "\n]\n"
    shorter = narrow(text.encode(), [50])
    assert len(shorter.split()) < 25
    assert shorter.count(b"\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "@app.callback(\n    Output('a', 'b'),\n    [Input(x) for x in y],\n)\n# why\n@cache\ndef f(a):\n    return a\n",
        "@f\n@g(\n    1\n)\n\nclass f:\n    a = 1\n",
    ],
)
def test_decorators_over_several_lines(text):
    assert defined(text.encode()) == "f"
    assert {fact for fact in read("import dash as app\n" + text) if fact.kind is FactKind.SYMBOL} == {
        fact for fact in read("import dash as app\n" + text + "    pass\n" * 200) if fact.kind is FactKind.SYMBOL
    }
