"""The Python reader by tables: what a text must say and what it must not."""

from __future__ import annotations

import pytest

from data.models import FactKind
from tests.collectors.reading.reading import placed, read, values

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
    "star import": ("from numpy import *\ndot(a, b)", {"numpy.dot"}),
    "star import and names bound": ("from numpy import *\ndef dot(a, b): ...\ndot(1, 2)\nfor row in range(3): row", set()),
    "star import and what is bound later": ("from numpy import *\nframe.T\nframe = 3", set()),
    "star import of one's own besides": ("from numpy import *\nfrom .tools import *\ndot(1, 2)", set()),
    "star import of one's own, customary names": (
        "from .tools import *\nnn.Conv2d(1, 2, 3)\nF.relu(x)\npd.read_csv(p)\nhelp_me(x)",
        {"torch.nn.Conv2d", "torch.nn.functional.relu", "pandas.read_csv"}),
    "customary names that are bound": ("from .tools import *\nnn = 3\nnn.bit_count()", set()),
    "customary names of a library's star": ("from fastai.vision.all import *\nnp.ones(3)", {"numpy.ones"}),
    "customary names without a star": ("from .tools import net\nnn.Conv2d(1, 2, 3)", set()),
    "what surely is scikit-learn's, where it is imported": (
        "import sklearn.svm\nclf = GridSearchCV(sklearn.svm.SVC(), grid)\ndef KFold(n): ...\nKFold(3)",
        {"sklearn.model_selection.GridSearchCV", "sklearn.svm.SVC"}),
    "the same where it is not": ("import numpy as np\nGridSearchCV(a, grid)", set()),
    "the same behind a star of one's own": ("import sklearn.svm\nfrom .tools import *\nGridSearchCV(a, grid)", set()),
    "a star of pylab besides": ("from pylab import *\nfrom numpy import *\ndot(1, 2)\nhist(x)", {"numpy.dot", "pylab.hist"}),
    "two libraries' stars": ("from numpy import *\nfrom tkinter import *\ndot(1, 2)", set()),
    "stars of one library": (
        "from keras.layers import *\nfrom keras.models import *\nSequential([Dense(3)])",
        {"keras.models.Sequential", "keras.layers.Dense"}),
    "star import in a notebook's names": ("from fastai.vision.all import *\ndisplay(get_ipython())", set()),
    "relative import": ("from . import numpy\nnumpy.dot(1)\nfrom .stats import mean\nmean(x)", set()),
    "keyword is no use": ("import numpy as np\nf(np=3)", set()),
    "attribute of the same name": ("import numpy as np\nx.np.dot(1)", set()),
    "taken from a module's dictionary": ("import torchvision.models as m\nm.__dict__[a]()", {"torchvision.models.__dict__"}),
    "dictionary of an object": ("import numpy as np\nnp.ones(3).__dict__", {"numpy.ones"}),
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


STEPS = "".join(f"    step_{n} = {n}\n" for n in range(40))  # so long that it is read statement by statement
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
    "attribute of self": (
        "import pandas as pd\nclass A:\n def __init__(self):\n  self.d = pd.read_csv(x)\n def f(self):\n  self.d.dropna()",
        "pandas.read_csv().dropna"),
    "returned by a function": ("import pandas as pd\ndef load():\n    return pd.read_csv(x)\ndf = load()\ndf.dropna()", "pandas.read_csv().dropna"),
    "returned by a method": (
        "import pandas as pd\nclass A:\n def load(self):\n  return pd.read_csv(x)\n def f(self):\n  self.load().dropna()",
        "pandas.read_csv().dropna"),
    "one branch unknown": ("import pandas as pd\nif a:\n    df = pd.read_csv(x)\nelse:\n    df = load()\ndf.dropna()", "pandas.read_csv().dropna"),
    "module variable in a function": ("import pandas as pd\ndf = pd.read_csv(x)\ndef f():\n    df.dropna()", "pandas.read_csv().dropna"),
    "tuple": ("from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\nax.bar(a, b)", "matplotlib.pyplot.subplots().bar"),
    "tensor of unknown origin": ("import torch\ndef f(loss):\n    loss.backward()", "torch.Tensor().backward"),
    "labelled array of unknown origin": ("import xarray\ndef f(a):\n    a.isnull()", "xarray.Dataset().isnull"),
    "frame of unknown origin": ("import pandas as pd\ndef f(df):\n    df.fillna(0)", "pandas.DataFrame().fillna"),
    "frame of unknown origin, written to a file": (
        "import pandas as pd\ndef f(df, c):\n    df[[c]].to_feather(p)", "pandas.DataFrame().to_feather"),
    "frame of Spark of unknown origin": (
        "from pyspark.sql import functions as F\ndef f(df):\n    return df.dropna()",
        "pyspark.sql.DataFrame().dropna",
    ),
    "dummies of a column of unknown origin": (
        "import pandas as pd\ndef f(df, c):\n    df[c].str.get_dummies()", "pandas.DataFrame().str.get_dummies"),
    "frame that an own function hands on": (
        "import pandas as pd\ndef g(df):\n    df['x'] = 1\n    return df\ndef f(df):\n    df = g(df)\n    df.dropna()",
        "pandas.DataFrame().dropna"),
    "frame that a long own function hands on": (
        f"import pandas as pd\ndef g(df):\n{STEPS}    return df\ndef f(df):\n    df = g(df)\n    df.dropna()",
        "pandas.DataFrame().dropna"),
    "frame that an own method hands on": (
        f"import pandas as pd\nclass A:\n  def g(self, d):\n    return d\n  def f(self, d):\n{STEPS}    d = self.g(d)\n    d.dropna()",
        "pandas.DataFrame().dropna"),
    "frame from a module of the project": (
        "import pandas as pd\nimport mine\ndf = mine.load(x)\ndf.notna()", "pandas.DataFrame().notna"),
    "frame from a function of an own module": (
        "import pandas as pd\nfrom mine import clean\ndf = clean(x)\ndf.notna()", "pandas.DataFrame().notna"),
    "fitted model of unknown origin": (
        "import statsmodels.api as sm\ndef f(m):\n    m.conf_int()", "statsmodels.api.OLS().conf_int"),
    "product with a parameter": ("import numpy as np\ndef f(x, w):\n    return np.tanh(x.dot(w))", "operator.matmul"),
    "product of what is handed on": ("import torch\nq = load(x)\nq.matmul(k)", "operator.matmul"),
    "awaited": ("import asyncpg\nasync def f():\n    c = await asyncpg.connect()\n    c.fetch(q)", "asyncpg.connect().fetch"),
}  # fmt: skip


@pytest.mark.parametrize("case", ORIGINS)
def test_origins_are_followed(case):
    text, expected = ORIGINS[case]
    assert expected in values(read(text, own=frozenset({"mine"})), FactKind.SYMBOL)


NO_ORIGINS = {
    "assigned anew": "import pandas as pd\ndf = pd.read_csv(x)\ndf = other(y)\ndf.plot_it()",
    "another function's variable": "import pandas as pd\ndef f():\n    df = pd.read_csv(x)\ndef g():\n    df.plot_it()",
    "parameter of the same name": "import pandas as pd\ndf = pd.read_csv(x)\ndef f(df):\n    df.plot_it()",
    "later assignment at module level": "import pandas as pd\ndf.plot_it()\ndf = pd.read_csv(x)",
    "own method of a subclass": "from torch import nn\nclass N(nn.Module):\n    def g(self): ...\n    def f(self):\n        self.plot_it()\n"
    "    def plot_it(self): ...",
    "length of a frame": "import pandas as pd\nn = len(pd.read_csv(x))\nn.plot_it()",
    "item of a list method": "import pandas as pd\nrows = [pd.read_csv(x)]\nrows.plot_it()",
    "annotated as a list of it": "import pandas as pd\ndef f(rows: list[pd.DataFrame]):\n    rows.plot_it()",
    "enumerated number": "import pandas as pd\nfor i, p in enumerate(pd.read_csv(x)):\n    i.plot_it()",
    "text formatted with it": "import pandas as pd\ndf = pd.read_csv(x)\nt = 'n %s' % df\nt.plot_it()",
    "tuple returned": "import pandas as pd\ndef f():\n    return pd.read_csv(x), 1\na = f()\na.plot_it()",
    "own module's object": "import numpy\nimport mine\nm = mine.thing()\nm.plot_it()",
}  # fmt: skip


@pytest.mark.parametrize("case", NO_ORIGINS)
def test_unknown_stays_unknown(case):
    symbols = values(read(NO_ORIGINS[case], own=frozenset({"mine"})), FactKind.SYMBOL)
    assert not any("plot_it" in symbol for symbol in symbols)


TELLING = {
    "torch not imported": "def f(loss):\n    loss.backward()",
    "own class": "import torch\nclass V:\n    def backward(self): ...\nV().backward()",
    "own self": "import torch\nclass V:\n    def backward(self): ...\n    def f(self):\n        self.backward()",
    "look-alike imported": "import pandas as pd\nimport polars as pl\ndef f(df):\n    df.fillna(0)",
    "import in a comment": "# import torch\ndef f(loss):\n    loss.backward()",
    "own module of that name": "import mine\ndef f(loss):\n    loss.backward()",
    "made by an own class of an own module": "import pandas as pd\nfrom mine import Table\nt = Table()\nt.fillna(0)",
    "product of an own class": "import numpy\nclass V:\n    def dot(self, o): ...\nV().dot(x)",
    "no product is called": "import numpy\ndef f(self, node):\n    self.dot = node.dot\n    node.dot('a', 'b')",
    "product without the library": "import torch\ndef f(x, w):\n    return x.dot(w)",
    "own class from an own function": "import pandas as pd\nclass T:\n    def fillna(self): ...\ndef f():\n    return T()\nf().fillna()",
}


@pytest.mark.parametrize("case", TELLING)
def test_telling_methods_need_their_library(case):
    assert not values(read(TELLING[case], own=frozenset({"mine"})), FactKind.SYMBOL) & {
        "torch.Tensor().backward",
        "pandas.DataFrame().fillna",
        "operator.matmul",
    }


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("def f(d):\n    d['a'].fillna(0, inplace=True)", {"missing-values"}),
        ("def f(d):\n    d.replace(0)", set()),
        ("import polars\ndef f(d):\n    d.fillna(0)", set()),
        ("class T:\n    def fillna(self): ...\nT().fillna()", set()),
    ],
)
def test_missing_values_of_what_is_given_to_a_file_without_a_library(text, seen):
    assert values(read(text), FactKind.STRUCTURE) == seen


NETWORKS = {
    "handed on": ("from keras.models import load_model\ndef f(m):\n    m.fit(x, epochs=3)", "keras.Model().fit(epochs=)"),
    "compiled": ("import keras\ndef f(m):\n    m.compile(optimizer='adam')", "keras.Model().compile(optimizer=adam)"),
    "of TensorFlow": ("import tensorflow as tf\ndef f(m):\n    m.fit(x, batch_size=8)", "tensorflow.keras.Model().fit(batch_size=)"),
    "from an own module": ("import keras\nfrom mine import build\nbuild().net.fit(x, epochs=3)", "keras.Model().fit(epochs=)"),
    "from a function of an own module": ("import keras\nimport mine\nm = mine.build()\nm.fit(x, epochs=3)", "keras.Model().fit(epochs=)"),
    "from an own module alone": (
        "import mine\nm = mine.build()\nm.compile(loss=mine.loss, optimizer='adam')", "keras.Model().compile(optimizer=adam)"),
    "from a file": ("import keras, pickle\npickle.load(f).fit(x, epochs=3)", "keras.Model().fit(epochs=)"),
    "by name": (
        "import keras\nimport importlib\nm = importlib.import_module(a).Network()\nm.compile(loss='mse')",
        "keras.Model().compile(loss=mse)"),
}  # fmt: skip
NO_NETWORKS = {
    "without the library": "def f(m):\n    m.fit(x, epochs=3)",
    "what others are given too": "import keras\ndef f(m):\n    m.fit(x, sample_weight=w)",
    "another library's": "import keras\nimport lightgbm as lgb\nlgb.LGBMModel().fit(x, batch_size=3)",
    "TensorFlow beside another": "import torch\nimport tensorflow as tf\ndef f(m):\n    m.fit(x, epochs=3)",
    "own class": "import keras\nclass A:\n    def fit(self, epochs): ...\nA().fit(epochs=3)",
    "class of an own module": "import keras\nimport mine\nm = mine.Net()\nm.fit(epochs=3)",
    "own module beside another": "import torch\nimport mine\nm = mine.build()\nm.compile(optimizer='adam')",
    "own module that is trained otherwise": "import mine\nm = mine.build()\nm.fit(epochs=3)",
    "own function": "import keras\ndef fit(epochs): ...\nfit(epochs=3)",
    "a pattern": "import keras, re\nre.compile(p, loss=3)",
}


@pytest.mark.parametrize("case", NETWORKS)
def test_arguments_that_only_networks_of_keras_take(case):
    text, expected = NETWORKS[case]
    assert expected in values(read(text, own=frozenset({"mine"})), FactKind.ARGUMENT)


@pytest.mark.parametrize("case", NO_NETWORKS)
def test_arguments_that_others_take(case):
    arguments = values(read(NO_NETWORKS[case], own=frozenset({"mine"})), FactKind.ARGUMENT)
    assert not any("keras" in argument for argument in arguments)


IMPORTS = {
    "plain": ("import torch.nn as nn", {"torch.nn"}),
    "from": ("from torch import nn, optim", {"torch.nn", "torch.optim"}),
    "star": ("from numpy import *", {"numpy.*"}),
    "several": ("import os, sys", {"os", "sys"}),
    "in a function": ("def f():\n    import dask", {"dask"}),
    "relative": ("from . import torch\nfrom .numpy import x\nfrom ..pandas import y", set()),
    "own": ("import statistics\nfrom statistics import mean\nimport statistics.more", set()),
    "in a string": ("x = 'import torch'", set()),
    "in a docstring": ('"""\nimport torch\n"""', set()),
    "in a comment": ("# import torch", set()),
    "python 2 file": ("import torch\nprint 'x'", {"torch"}),
    "python 2 piece": ("if 1:\n    import torch, numpy as np\n    print 'x'", {"torch", "numpy"}),
    "python 2 from": (
        "if 1:\n    from torch import (nn,\n      optim as o)\n    print 'x'",
        {"torch.nn", "torch.optim"},
    ),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_imports_as_written(case):
    text, expected = IMPORTS[case]
    assert values(read(text, own=frozenset({"statistics"})), FactKind.IMPORT) == expected


def test_own_modules_shadow_libraries():
    text = "import statistics\nfrom statistics import mean\nstatistics.mean(x)\nmean(y, kind='z')\nm = mean(x)\nm.real.fit()"
    assert not placed(read(text, own=frozenset({"statistics"})))
    assert values(read(text), FactKind.SYMBOL) == {"statistics.mean", "statistics.mean().real.fit"}


ARGUMENTS = {
    "keyword": ("import sklearn.svm as s\ns.SVC(C=3)", {"sklearn.svm.SVC(C=)"}),
    "text": (
        "import sklearn.svm as s\ns.SVC(kernel='rbf')",
        {"sklearn.svm.SVC(kernel=)", "sklearn.svm.SVC(kernel=rbf)"},
    ),
    "texts in a list": (
        "from keras import Model\nm = Model()\nm.compile(metrics=['accuracy', f])",
        {"keras.Model().compile(metrics=)", "keras.Model().compile(metrics=accuracy)"},
    ),
    "long text": ("import torch\ntorch.load(a='" + "x" * 41 + "')", {"torch.load(a=)"}),
    "unknown callable": ("f(kernel='rbf')", set()),
    "own function": ("def f(kernel): ...\nf(kernel='rbf')", set()),
    "packed": ("import torch\ntorch.load(**options)", set()),
    "keyword over lines": ("import torch\ntorch.optim.SGD(\n    p,\n    lr=0.1,\n)", {"torch.optim.SGD(lr=)"}),
    "subclass called": ("from torch import nn\nclass N(nn.Module): ...\nN(dropout=1)", set()),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_of_library_calls(case):
    text, expected = ARGUMENTS[case]
    assert values(read(text), FactKind.ARGUMENT) == expected


def test_an_argument_stands_on_its_line():
    facts = read("import torch\ntorch.optim.SGD(\n    p,\n    lr=0.1,\n)", wanted=[3])
    assert [(f.kind.value, f.value, f.line) for f in facts] == [
        ("argument", "torch.optim.SGD(lr=)", 4),
        ("language", "python", 4),
    ]


SQL = {
    "read_sql": ("import pandas as pd\npd.read_sql('SELECT a FROM t JOIN u', c)", {"select", "join"}),
    "cursor": ("cur.execute('INSERT INTO t VALUES (1)')", {"insert"}),
    "f-string": ("cur.execute(f'SELECT {a} FROM t GROUP BY b')", {"select", "group-by"}),
    "formatted": ("cur.execute('SELECT {} FROM t'.format(a))", {"select"}),
    "joined": ("cur.execute('SELECT a ' + 'FROM t')", {"select"}),
    "sqlalchemy text": ("session.execute(text('SELECT 1 FROM t'))", {"select"}),
    "by keyword": ("hook.get_pandas_df(sql='SELECT a FROM t')", {"select"}),
    "through a variable": ("q = 'SELECT a FROM t'\ncur.execute(q)", {"select"}),
    "through a constant of the module": (
        "Q = 'CREATE TABLE t (a int)'\ndef f(cur):\n    cur.execute(Q)",
        {"create-table"},
    ),
    "spark": ("spark.sql('SELECT a, rank() OVER (ORDER BY b) FROM t')", {"select", "window"}),
    "copied out": ("q = 'COPY (SELECT a FROM t) TO STDOUT WITH CSV HEADER'\ncur.copy_expert(q, f)", {"copy", "select"}),
    "copied in": ("cur.copy_expert('COPY t FROM STDIN WITH CSV', f)", {"copy"}),
    "many rows at once": ("q = 'INSERT INTO t (a) VALUES %s'\nexecute_values(cur, q, rows)", {"insert"}),
    "a stream's table": ("t_env.sql_query('SELECT a FROM t GROUP BY a')", {"select", "group-by"}),
    "awaited": ("client.query_and_wait('SELECT a FROM t')", {"select"}),
    "prose about copies": ("q = 'Copy (select what you like) to the folder'\nprint(q)", set()),
    "prose": ("print('Select a file from the list')", set()),
    "text nobody executes": ("q = 'SELECT a FROM t'", set()),
    "docstring": ('def f(c):\n    """SELECT a FROM t"""\n    c.execute(q)', set()),
    "no statement": ("cur.execute('begin')", set()),
}


@pytest.mark.parametrize("case", SQL)
def test_sql_in_strings(case):
    text, expected = SQL[case]
    assert values(read(text), FactKind.SQL) == expected


def test_sql_features_stand_on_their_lines():
    facts = read('cur.execute("""\nSELECT a\nFROM t\nJOIN u\n""")', wanted=[3])
    assert {(f.value, f.line) for f in facts if f.kind is FactKind.SQL} == {("join", 4)}


DATA = {
    "file": ("pd.read_csv('data/creditcard.csv')", {"creditcard.csv"}),
    "path constant": ("PATH = '../input/train.parquet'", {"train.parquet"}),
    "f-string": ("pd.read_csv(f'{folder}/train.csv')", {"train.csv"}),
    "hub": ("load_dataset('imdb')", {"imdb"}),
    "hub with owner": ("load_dataset('stanford/imdb')", {"imdb"}),
    "hub through a constant": (
        "KAGGLE_DATASET = 'someone/crm-sales'\nc.dataset_name = 'someone/imdb'",
        {"crm-sales", "imdb"},
    ),
    "folder under a data set's name": ("DATASET_DIR = 'data/sales'\nname = 'someone/sales'", set()),
    "name of a graph of tasks": (
        "DAG(dag_id='shop_orders', schedule=None)\nDAG('weather_daily')",
        {"shop_orders", "weather_daily"},
    ),
    "topic": ("ORDERS_TOPIC = 'shop-orders'\nKafkaConsumer('weather-data', x=1)", {"shop-orders", "weather-data"}),
    "topic of a discussion": ("topic = 'Weather'\ntopics_of = 'shop-orders'", set()),
    "openml": ("fetch_openml('mnist_784')", {"mnist_784"}),
    "openml by keyword": ("fetch_openml(name='mnist_784', version=1)", {"mnist_784"}),
    "hub by keyword": ("load_dataset(path='stanford/imdb', split='train')", {"imdb"}),
    "a set of R": ("sm.datasets.get_rdataset('Guerry', 'HistData')", {"Guerry"}),
    "of TensorFlow": ("tfds.load(name='mnist', split='train')\ntfds.builder('cifar10')", {"mnist", "cifar10"}),
    "loaded by others": ("model.load('weights')\nself.load(name='mnist')", set()),
    "bundled": ("from sklearn.datasets import load_iris\nload_iris()", {"iris"}),
    "column of a frame": ("import pandas as pd\ndf = pd.read_csv(x)\ndf['blood pressure']", {"blood pressure"}),
    "key of an unknown thing": ("config['batch size']", set()),
    "key of the standard library's": ("import json\njson.load(f)['batch size']", set()),
    "model": ("load_model('net.h5')", set()),
    "own loader": ("def load_results(): ...\nload_results()\nload_pkl(x)", set()),
    "docstring": ('"""reads train.csv"""', set()),
    "comment": ("# train.csv", set()),
}


@pytest.mark.parametrize("case", DATA)
def test_names_of_data(case):
    text, expected = DATA[case]
    assert values(read(text), FactKind.DATA) == expected


def test_languages_count_code_lines():
    text = (
        '"""Doc.\n\nMore.\n"""\n\n# comment\nx = 1\n\n\ndef f():\n    """Doc."""\n    return """text\nof two lines"""\n'
    )
    [fact] = read(text)
    assert (fact.kind, fact.value, fact.count) == (FactKind.LANGUAGE, "python", 4)
