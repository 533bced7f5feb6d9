"""Python 2 and early Python 3: read as what it means today."""

import pytest

from collectors.reading.python_older import as_now
from data.models import FactKind
from tests.collectors.reading.reading import read, values

NOW = {
    "print 'a', b,": "0, 'a', b,",
    'print"a"': '0,"a"',
    "print x % y": "0, x % y",
    "print not x": "0, not x",
    "if a: print b\nelse: print c": "if a: 0, b\nelse: 0, c",
    "print >>f, 'a'": "print >>f, 'a'",  # parses as it is
    "print (a, b)": "print (a, b)",
    "print": "print",
    "x = print if a else b": "x = print if a else b",
    "log.print 'a'": "log.print 'a'",
    "x = 'print a'": "x = 'print a'",
    "# print a": "# print a",
    "'''\nprint a\n'''": "'''\nprint a\n'''",
    "exec code in names": "0, code in names",
    "except IOError, e:": "except IOError as e:",
    "except (IOError, os.error), e:": "except (IOError, os.error) as e:",
    "except (IOError, OSError):": "except (IOError, OSError):",
    "raise ValueError, 'no'": "raise ValueError; 0, 'no'",
    "raise ValueError('a, b')": "raise ValueError('a, b')",
    "lambda (a, b): a": "lambda a, b: a",
    "lambda i, (a, (b, c)): a": "lambda i, a, b, c: a",
    "lambda x: f(x)": "lambda x: f(x)",
    "x = 10L + 0xFFl + 0755 + 1.05 + 0": "x = 10 + 0xFF + 0o755 + 1.05 + 0",
    "a <> b": "a != b",
    "`a` + b": " a  + b",
    "ur'a'": "r'a'",
    "x.cuda(async=True)": "x.cuda(async_=True)",
    "async def f(): pass": "async def f(): pass",
    "if a:\n\tb\n        c": "if a:\n        b\n        c",
}


@pytest.mark.parametrize("text", NOW)
def test_written_as_today(text):
    now = as_now(text.encode()).decode()
    assert now == NOW[text]
    assert now.count("\n") == text.count("\n")


SEEN = {
    "what is printed": ("print 'low', np.percentile(a, 2.5)", FactKind.STRUCTURE, {"interval-end"}),
    "a method on a result": ("if 1:\n  a = np.ones(3)\n  print a.sum()", FactKind.SYMBOL, {"numpy.ones", "numpy.ones().sum"}),
    "a loop that trains": (
        "for x in data:\n  x = x.cuda(async=True)\n  loss(x).backward()\n  optimizer.step()",
        FactKind.STRUCTURE,
        {"training-loop"},
    ),
    "what is caught": ("try:\n  a = np.ones(3)\nexcept Exception, np:\n  pass", FactKind.SYMBOL, {"numpy.ones"}),
    "not what a string says": ("print 'np.ones(3)'", FactKind.SYMBOL, set()),
    "not beyond repair": ("def f():\n  print 'a'\n  1 2\n  np.percentile(a, 2.5)", FactKind.STRUCTURE, set()),
}  # fmt: skip


@pytest.mark.parametrize("case", SEEN)
def test_seen_in_older_python(case):
    text, kind, expected = SEEN[case]
    assert values(read("import numpy as np\nimport torch\n" + text + "\n"), kind) == expected
