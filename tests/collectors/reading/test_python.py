"""The Python reader by tables: what a text must say and what it must not."""

from __future__ import annotations

import textwrap

import pytest

from collectors.reading import reader_for
from data.models import Fact, FactKind


def read(text: str | bytes, path: str = "module.py", own: frozenset[str] = frozenset(), wanted=None) -> list[Fact]:
    reader = reader_for(path)
    assert reader is not None
    data = textwrap.dedent(text).encode() if isinstance(text, str) else text
    return reader.open(data, path, own).facts(wanted)


def values(facts: list[Fact], kind: FactKind) -> set[str]:
    return {fact.value for fact in facts if fact.kind is kind}


SYMBOLS = {
    "alias": ("import numpy as np\nnp.linalg.svd(x)", {"numpy.linalg.svd"}),
    "plain import": ("import numpy\nnumpy.dot(a, b)", {"numpy.dot"}),
    "dotted import": ("import os.path\nos.path.join(a)", {"os.path.join"}),
    "dotted import with alias": ("import torch.nn as nn\nnn.Linear(1, 2)", {"torch.nn.Linear"}),
    "from import": ("from sklearn.svm import SVC\nSVC()", {"sklearn.svm.SVC"}),
    "from import with alias": ("from sklearn import metrics as m\nm.roc_auc_score(a, b)", {"sklearn.metrics.roc_auc_score"}),
    "several modules on a line": ("import numpy as np, pandas as pd\nnp.dot(1, 2); pd.merge(a, b)", {"numpy.dot", "pandas.merge"}),
    "import in parentheses": ("from torch import (\n  nn,\n  optim as o,\n)\no.SGD(p)", {"torch.optim.SGD"}),
    "import below its use": ("def f():\n    return np.dot(1, 2)\nimport numpy as np", {"numpy.dot"}),
    "import in the function": ("def f():\n    import numpy as np\n    return np.dot(1, 2)", {"numpy.dot"}),
    "import of one function is not another's": ("def f():\n    import numpy as np\ndef g():\n    np.dot(1, 2)", set()),
    "conditional import": ("if x:\n    import numpy as np\nnp.dot(1, 2)", {"numpy.dot"}),
    "fallback import": ("try:\n    import cPickle as p\nexcept ImportError:\n    import pickle as p\np.dumps(1)", {"cPickle.dumps"}),
    "fallback to nothing": ("try:\n    import numba\nexcept ImportError:\n    numba = None\nnumba.jit(f)", {"numba.jit"}),
    "type checking import": ("if TYPE_CHECKING:\n    import numpy as np\ndef f(a: np.ndarray): ...", {"numpy.ndarray"}),
    "parameter shadows": ("import numpy as np\ndef f(np):\n    return np.dot(1, 2)", set()),
    "assignment shadows in the function": ("import numpy as np\ndef f():\n    np = g()\n    np.dot(1, 2)", set()),
    "later assignment shadows too": ("import numpy as np\ndef f():\n    np.dot(1, 2)\n    np = g()", set()),
    "shadow ends with its function": ("import numpy as np\ndef f(np): ...\nnp.dot(1, 2)", {"numpy.dot"}),
    "comprehension target shadows": ("import numpy as np\n[np.dot(1) for np in x]", set()),
    "comprehension shadow ends with it": ("import numpy as np\n[np for np in x]\nnp.dot(1)", {"numpy.dot"}),
    "lambda parameter shadows": ("import numpy as np\nf = lambda np: np.dot(1)", set()),
    "loop target shadows": ("import numpy as np\nfor np in x:\n    np.dot(1)", set()),
    "exception name shadows": ("import numpy as np\ntry: ...\nexcept E as np:\n    np.dot(1)", set()),
    "with target shadows": ("import numpy as np\nwith open(x) as np:\n    np.dot(1)", set()),
    "deleted name": ("import numpy as np\ndel np\nnp.dot(1)", set()),
    "class attribute does not shadow in methods": (
        "import numpy as np\nclass A:\n    np = 3\n    def f(self):\n        return np.dot(1)", {"numpy.dot"}),
    "look-alike name": ("import torchvision\ntorchvision.models.resnet18()", {"torchvision.models.resnet18"}),
    "comment": ("import numpy as np\n# np.dot(1, 2)", set()),
    "string": ("import numpy as np\nx = 'np.dot(1, 2)'", set()),
    "docstring": ('import numpy as np\ndef f():\n    """np.dot(1, 2)"""', set()),
    "field of an f-string": ("import numpy as np\nx = f'{np.dot(1, 2)} np.zeros'", {"numpy.dot"}),
    "star import": ("from numpy import *\ndot(a, b)", set()),
    "relative import": ("from . import numpy\nnumpy.dot(1)\nfrom .stats import mean\nmean(x)", set()),
    "keyword is no use": ("import numpy as np\nf(np=3)", set()),
    "attribute of the same name": ("import numpy as np\nx.np.dot(1)", set()),
    "decorator": ("import torch\n@torch.no_grad()\ndef f(): ...", {"torch.no_grad"}),
    "default value": ("import numpy as np\ndef f(x=np.pi): ...", {"numpy.pi"}),
    "base class": ("from torch import nn\nclass Net(nn.Module): ...", {"torch.nn.Module"}),
    "global keeps the module": ("import numpy as np\ndef f():\n    global np\n    np.dot(1)", {"numpy.dot"}),
    "matrix product": ("a @ b", {"operator.matmul"}),
    "nested function": ("import numpy as np\ndef f():\n    def g():\n        return np.dot(1)", {"numpy.dot"}),
    "chain over lines": ("import pandas as pd\n(pd\n .read_csv(x))", {"pandas.read_csv"}),
    "continued line": ("import numpy as np\nx = \\\n  np.dot(1)", {"numpy.dot"}),
}  # fmt: skip


@pytest.mark.parametrize("case", SYMBOLS)
def test_symbols_resolve_through_scopes(case):
    text, expected = SYMBOLS[case]
    assert values(read(text), FactKind.SYMBOL) == expected


ORIGINS = {
    "variable": ("import pandas as pd\ndf = pd.read_csv(x)\ndf.fillna(0)", "pandas.read_csv().fillna"),
    "chain keeps the origin": ("import pandas as pd\npd.read_csv(x).groupby(a).agg(b)", "pandas.read_csv().agg"),
    "subscript": ("import pandas as pd\ndf = pd.read_csv(x)\ndf['a'].fillna(0)", "pandas.read_csv().fillna"),
    "accessor": ("import pandas as pd\ndf = pd.read_csv(x)\ndf.a.str.lower()", "pandas.read_csv().a.str.lower"),
    "variable of a variable": ("import pandas as pd\ndf = pd.read_csv(x)\nb = df.dropna()\nb.mean()", "pandas.read_csv().mean"),
    "constructor": ("from keras.models import Sequential\nm = Sequential()\nm.add(x)", "keras.models.Sequential().add"),
    "with": ("import tensorflow as tf\nwith tf.GradientTape() as tape:\n    tape.gradient(a, b)", "tensorflow.GradientTape().gradient"),
    "callable object": ("from torch import nn\nc = nn.CrossEntropyLoss()\nloss = c(a, b)\nloss.backward()",
                        "torch.nn.CrossEntropyLoss().backward"),
    "sum of losses": ("from torch import nn\nc = nn.L1Loss()\nloss = c(a, b) + 0.1 * r\nloss.backward()", "torch.nn.L1Loss().backward"),
    "loop target": ("import pandas as pd\nfor part in pd.read_csv(x, chunksize=9):\n    part.dropna()", "pandas.read_csv().dropna"),
    "enumerate": ("import pandas as pd\nfor i, p in enumerate(pd.read_csv(x)):\n    p.dropna()", "pandas.read_csv().dropna"),
    "list of models": ("from sklearn.svm import SVC\nms = [SVC()]\nfor m in ms:\n    m.fit(a)", "sklearn.svm.SVC().fit"),
    "dictionary of models": ("from sklearn.svm import SVC\nms = {'a': SVC()}\nfor n, m in ms.items():\n    m.fit(a)", "sklearn.svm.SVC().fit"),
    "annotated parameter": ("import pandas as pd\ndef f(df: pd.DataFrame):\n    df.fillna(0)", "pandas.DataFrame().fillna"),
    "optional parameter": ("import pandas as pd\ndef f(df: pd.DataFrame | None):\n    df.fillna(0)", "pandas.DataFrame().fillna"),
    "annotation as text": ("import pandas as pd\ndef f(df: 'pd.DataFrame'):\n    df.fillna(0)", "pandas.DataFrame().fillna"),
    "subclass": ("from torch import nn\nclass N(nn.Module):\n    def f(self):\n        self.register_buffer(a)", "torch.nn.Module().register_buffer"),
    "instance of a subclass": ("from torch import nn\nclass N(nn.Module): ...\nn = N()\nn.train()", "torch.nn.Module().train"),
    "attribute of self": ("import pandas as pd\nclass A:\n    def __init__(self):\n        self.d = pd.read_csv(x)\n    def f(self):\n"
                          "        self.d.dropna()", "pandas.read_csv().dropna"),
    "returned by a function": ("import pandas as pd\ndef load():\n    return pd.read_csv(x)\ndf = load()\ndf.dropna()", "pandas.read_csv().dropna"),
    "returned by a method": ("import pandas as pd\nclass A:\n    def load(self):\n        return pd.read_csv(x)\n    def f(self):\n"
                             "        self.load().dropna()", "pandas.read_csv().dropna"),
    "one branch unknown": ("import pandas as pd\nif a:\n    df = pd.read_csv(x)\nelse:\n    df = load()\ndf.dropna()", "pandas.read_csv().dropna"),
    "module variable in a function": ("import pandas as pd\ndf = pd.read_csv(x)\ndef f():\n    df.dropna()", "pandas.read_csv().dropna"),
    "tuple": ("from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\nax.bar(a, b)", "matplotlib.pyplot.subplots().bar"),
    "tensor of unknown origin": ("import torch\ndef f(loss):\n    loss.backward()", "torch.Tensor().backward"),
    "frame of unknown origin": ("import pandas as pd\ndef f(df):\n    df.fillna(0)", "pandas.DataFrame().fillna"),
    "awaited": ("import asyncpg\nasync def f():\n    c = await asyncpg.connect()\n    c.fetch(q)", "asyncpg.connect().fetch"),
}  # fmt: skip


@pytest.mark.parametrize("case", ORIGINS)
def test_origins_are_followed(case):
    text, expected = ORIGINS[case]
    assert expected in values(read(text), FactKind.SYMBOL)
