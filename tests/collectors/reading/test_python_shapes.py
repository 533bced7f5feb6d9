"""Shapes of Python code: what counts as one, and whose it is."""

from __future__ import annotations

import pytest

from data.models import FactKind
from tests.collectors.reading.reading import read, values

FIT = "    def fit(self, X):\n        self.w = X * 2\n        return self\n"
PREDICT = "    def predict(self, X):\n        return X + self.w\n"
LONG = "    def describe(self):\n" + "".join(f"        line_{n} = {n}\n" for n in range(60))

SHAPES = {
    "estimator": (f"class Tree:\n{FIT}{PREDICT}", {"estimator-class"}),
    "long estimator": (f"class Tree:\n{FIT}{PREDICT}{LONG}", {"estimator-class"}),
    "estimator below an own base": (f"class Tree(Base):\n{FIT}{PREDICT}", {"estimator-class"}),
    "estimator below an abstract base": (f"from abc import ABC\nclass Tree(ABC):\n{FIT}{PREDICT}", {"estimator-class"}),
    "estimator that predicts one row at a time": (
        f"class BiasModel:\n{FIT}    def predict_row(self, x):\n        return x + self.w\n", {"estimator-class"}),
    "forecaster": (f"class Holt:\n{FIT}    def forecast(self, n):\n        return self.w * n\n", {"estimator-class"}),
    "fit beside something predicted": (f"class Tree:\n{FIT}    def predicted(self, X):\n        return X + self.w\n", set()),
    "estimator of a framework": (f"from sklearn.base import BaseEstimator\nclass Tree(BaseEstimator):\n{FIT}{PREDICT}", set()),
    "long estimator of a framework": (f"import sklearn.base\nclass Tree(sklearn.base.BaseEstimator):\n{FIT}{PREDICT}{LONG}", set()),
    "estimator of a framework, at second hand": (
        f"from sklearn.svm import SVC\nclass A(SVC): ...\nclass Tree(A):\n{FIT}{PREDICT}", set()),
    "wrapper of a library's": (
        f"from sklearn.svm import SVC\nclass Tree:\n    def fit(self, X):\n        self.m = SVC()\n        self.m.fit(X * 2)\n{PREDICT}",
        set()),
    "long wrapper": (
        f"from sklearn.svm import SVC\nclass Tree:\n    def fit(self, X):\n        self.m = SVC()\n        self.m.fit(X * 2)\n{PREDICT}{LONG}",
        set()),
    "wrapper of a trainer": (
        f"import xgboost as xgb\nclass Tree:\n    def fit(self, X):\n        self.m = xgb.train(p, X * 2)\n{PREDICT}", set()),
    "trained under a name of the field": (
        f"class LinearRegression:\n    def train(self, X):\n        self.w = X * 2\n{PREDICT}", {"estimator-class"}),
    "trained to classify, under a name of the field": (
        "class NaiveBayes:\n    def train(self, X):\n        self.w = X * 2\n    def classify(self, x):\n        return x + self.w\n",
        {"estimator-class"}),
    "trained under any name": (f"class Trainer:\n    def train(self, X):\n        self.w = X * 2\n{PREDICT}", set()),
    "stub": ("class Tree:\n    def fit(self): ...\n    def predict(self):\n        raise NotImplementedError", set()),
    "predicts by a model that was loaded": (
        f"import joblib\nclass Tree:\n{FIT}    def load(self):\n        return joblib.load('a')\n    def predict(self, X):\n        return self.load().predict(X * 2)",
        set()),
    "fit alone": (f"class Tree:\n{FIT}", set()),
    "layer": ("class Dense:\n def forward(self, x):\n  return x * 2\n def backward(self, g):\n  return g * 2", {"layer-class"}),
    "value that knows its gradient": (
        "class Value:\n def __add__(self, o):\n  return V(self.x + o.x)\n def __mul__(self, o):\n  return V(self.x)\n def backward(self):\n  self.g = 1",
        {"layer-class"}),
    "value that cannot be multiplied": (
        "class Value:\n def __add__(self, o):\n  return Value(self.x + o.x)\n def backward(self):\n  self.g = 1", set()),
    "network trained by its own hand": (
        "class Net:\n def feed_forward(self, x):\n  return x * 2\n def back_propagate(self, g):\n  return g * 2", {"layer-class"}),
    "layer of a framework": (
        "from torch import nn\nclass D(nn.Module):\n def forward(self, x):\n  return x * 2\n def backward(self, g):\n  return g", set()),
    "optimizer": ("class Adam:\n def update(self, w, g):\n  return w - self.lr * g", {"optimizer-class"}),
    "something updated": ("class Cache:\n def update(self, w):\n  return w - 1", set()),
    "training loop": ("for b in d:\n    loss.backward()\n    opt.step()", {"training-loop"}),
    "training loop in a function": ("def f():\n  for e in r:\n    for b in d:\n      loss.backward()\n      opt.step()", {"training-loop"}),
    "gradients applied by hand": ("while x:\n    opt.apply_gradients(g)", {"training-loop"}),
    "backward without a loop": ("loss.backward()\nopt.step()", set()),
    "loop that only steps": ("for b in d:\n    env.step(a)", set()),
    "main guard": ("if __name__ == '__main__':\n    main()", {"dunder-main"}),
    "doctest": ('def f():\n    """Doc.\n\n    >>> f()\n    """', {"doctest"}),
    "three annotated functions": ("def a() -> int: ...\ndef b(x: int): ...\ndef c(self, y: str): ...", {"annotated-module"}),
    "two annotated functions": ("def a() -> int: ...\ndef b(x: int): ...", set()),
    "mostly bare functions": (
        "def a() -> int: ...\ndef b(x: int): ...\ndef c(y: str): ...\n" + "".join(f"def f{n}(x): ...\n" for n in range(4)), set()),
    "test that asserts": ("def test_x():\n    assert f() == 1", {"test-function"}),
    "step of a pipeline": ("from flytekit import task\n@task\ndef test_x():\n    assert f() == 1", set()),
    "cut into test and training": ("def test_train_split(items, share):\n    assert share < 1\n    return items[:1]", set()),
    "test with a fixture": ("import pytest\ndef test_x(f):\n    assert f() == 1", {"test-function"}),
    "test of a case": ("class T(TestCase):\n    def test_x(self):\n        self.assertEqual(1, 1)", {"test-function"}),
    "evaluation of a model": ("def test_epoch(loader):\n    for b in loader:\n        model(b)", set()),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_shapes_of_code(case):
    text, expected = SHAPES[case]
    assert {value for value in values(read(text), FactKind.STRUCTURE) if ":" not in value} == expected


SCRIPTS = {
    "works with numpy": ("src/pca.py", "import numpy as np\nv = np.linalg.eigh(c)", {"module:pca"}),
    "loops by hand": ("MLP.py", "for _ in range(9):\n    w = w - 2 * g", {"module:mlp"}),
    "only defines": ("pca.py", "import numpy as np\ndef f(x):\n    return np.dot(x, x)", set()),
    "only calls another library": ("pca.py", "from sklearn.decomposition import PCA\nPCA().fit(x)", set()),
    "is called otherwise": ("app.py", "import numpy as np\nnp.dot(a, b)", set()),
    "is a test": ("test_pca.py", "import numpy as np\nnp.dot(a, b)", set()),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_scripts_named_after_a_method(case):
    path, text, expected = SCRIPTS[case]
    assert values(read(text, path), FactKind.STRUCTURE) == expected


INTERVALS = {
    "both ends": ("np.percentile(m, [2.5, 97.5])", True),
    "one end of a percentile": ("np.percentile(m, 97.5)", True),
    "both quantiles": ("m.quantile([0.025, 0.975])", True),
    "critical value": ("stats.norm.ppf(0.975)", True),
    "named": ("np.percentile(m, q=lower_ci)", True),
    "named by an attribute": ("np.percentile(m, q=50 - self.cred_int / 2)", True),
    "kept under its name": ("ci_low = float(np.quantile(m, 0.05))", True),
    "kept as a column": ("d['lower_ci'] = m.quantile(0.1)", True),
    "kept in a dictionary": ("{'bootstrap_p05': np.quantile(m, 0.05, axis=0)}", True),
    "kept as both": ("ci_lo, ci_hi = m.quantile(0.05), m.quantile(0.95)", True),
    "kept otherwise": ("cities = {'city_p05': np.quantile(m, 0.05), 'reboot': m.quantile(0.1)}", False),
    "outliers": ("m.quantile(0.975)", False),
    "quartiles": ("np.percentile(m, [25, 75])", False),
    "named otherwise": ("np.percentile(m, q=precision)", False),
    "another function": ("np.clip(m, 2.5, 97.5)", False),
}


@pytest.mark.parametrize("case", INTERVALS)
def test_ends_of_intervals(case):
    text, expected = INTERVALS[case]
    assert ("interval-end" in values(read(text), FactKind.STRUCTURE)) is expected


@pytest.mark.parametrize("path", ["tests/check.py", "test_model.py", "model_test.py", "test.py"])
def test_files_of_tests_need_no_assert(path):
    assert values(read("def test_x():\n    run()", path), FactKind.STRUCTURE) == {"test-function"}


@pytest.mark.parametrize("path", ["test.py", "src/test.py", "test_gan.py"])
@pytest.mark.parametrize(
    "text", ["def test(net, loader):\n    run(net)", "class T:\n    def test(self):\n        run(self)"]
)
def test_the_evaluation_of_training_code_is_no_test(text, path):
    assert values(read(text, path), FactKind.STRUCTURE) == set()


def test_what_takes_parameters_in_a_lone_test_file_is_an_evaluation():
    text = "def test_epoch(loader):\n    run(loader)"
    assert values(read(text, "test.py"), FactKind.STRUCTURE) == set()
    assert values(read(text, "tests/steps.py"), FactKind.STRUCTURE) == {"test-function"}
    assert values(read(f"import pytest\n{text}", "test.py"), FactKind.STRUCTURE) == {"test-function"}


@pytest.mark.parametrize("more", ["", LONG])
@pytest.mark.parametrize(("line", "seen"), [(0, True), (2, True), (5, True), (6, False)])
def test_a_class_is_seen_from_the_methods_that_make_it(line, seen, more):
    other = "    def name(self):\n        return 1\n"
    facts = read(f"class Oak:\n{FIT}{PREDICT}{other}{more}", wanted=[line])
    assert [(f.value, f.line) for f in facts if f.kind is FactKind.STRUCTURE] == [("estimator-class", 1)] * seen


def test_annotations_stand_on_their_functions():
    text = "def a() -> int: ...\ndef b() -> int: ...\ndef c() -> int: ...\nx = 1"
    assert [f.line for f in read(text, wanted=[1, 3]) if f.kind is FactKind.STRUCTURE] == [2]


LOOPS = {
    "epochs of a parameter": ("def fit(n_epochs):\n    for _ in range(n_epochs):\n        train_on(x)", True),
    "epochs by their name": ("for epoch in trange(10):\n    model.fit(x)", True),
    "a step scaled by a rate": ("for i in range(9):\n    w -= self.learning_rate * g.dot(x)", True),
    "epochs told to train": ("for epoch in range(9):\n    model.run_on(data, training=True)", True),
    "epochs told not to train": ("for epoch in range(9):\n    model.run_on(data, training=False)", False),
    "epochs of a recording": ("for epoch in epochs:\n    plot(epoch)", False),
    "epochs drawn": ("for epoch in range(n_epochs):\n    print(epoch)", False),
    "a rate outside of a loop": ("w -= learning_rate * g", False),
}


@pytest.mark.parametrize("case", LOOPS)
def test_loops_over_epochs(case):
    text, expected = LOOPS[case]
    assert ("epoch-loop" in values(read(text), FactKind.STRUCTURE)) is expected


COMPUTES = "    def run(self, x):\n        return x * 2\n"
METRIC = "(a, b):\n    return np.mean(a == b)\n"
WRITTEN = {
    "class": (f"class PCA:\n{COMPUTES}", "class:PCA"),
    "long class": (f"class PCA:\n{COMPUTES}{LONG}", "class:PCA"),
    "class below a framework's": (f"from torch import nn\nclass RMSNorm(nn.Module):\n{COMPUTES}", "class:RMSNorm"),
    "function": (f"def accuracy_score{METRIC}", "function:accuracy_score"),
    "function named by letters": (f"def calc_f1{METRIC}", "function:calc_f1"),
    "long function": (f"def accuracy_score(a, b):\n{LONG}\n    return (a == b).sum()\n", "function:accuracy_score"),
    "method": (f"class Model:\n{COMPUTES}{LONG}    def roc_auc(self, x):\n        return x / 2\n", "function:roc_auc"),
    "cutting text": ("def tokenize(text):\n    return text.lower().split()", "function:tokenize"),
    "compared by a call": (
        "def accuracy(a, b):\n    return tf.reduce_mean(tf.cast(tf.equal(a, b), tf.float32))",
        "function:accuracy",
    ),
    "words counted": (
        "def build_vocab(texts):\n    return Counter(texts.split()).most_common(9)",
        "function:build_vocab",
    ),
    "units taken": ("def one_hot(y, n):\n    return np.eye(n)[y]", "function:one_hot"),
    "units of a library": ("def one_hot(y, n):\n    return F.one_hot(y, n)", ""),
    "cutting text at length": (
        f"def tokenize_all(text):\n{LONG}\n    return re.findall(p, text)",
        "function:tokenize_all",
    ),
    "loop": ("def k_fold_split(x, k):\n    for i in x:\n        yield i", "function:k_fold_split"),
    "clusters": (f"class KMeans:\n{COMPUTES}", "class:KMeans"),
    "model of language": (f"class GPT2Model:\n{COMPUTES}", "class:GPT2Model"),
    "products alone": (
        "import numpy as np\ndef principal_components(x):\n    return np.linalg.eig(np.dot(x.T, x))[1]",
        "function:principal_components",
    ),
    "verdict": ("def p_value_poisson(nu, x):\n    return 1 - poisson(nu).cdf(x - 1)", "function:p_value_poisson"),
    "unit of a test": ("def unit_test(x):\n    return x / 2", ""),
    "search": ("def grid_search(runs):\n    return max(run.score for run in runs)", "function:grid_search"),
    "transform": (f"class RandomHorizontalFlip:\n{COMPUTES}", "class:RandomHorizontalFlip"),
    "of one letter": (f"def f1{METRIC}", ""),
    "of a library": ("def accuracy_score(a, b):\n    return metrics.accuracy_score(a, b)", ""),
    "stub": ("class PCA:\n    def fit(self): ...", ""),
    "name of one's own": (f"def salary_of{METRIC}", ""),
    "case of a test": (f"import unittest\nclass PCACheck(unittest.TestCase):\n{COMPUTES}", ""),
    "settings": (f"class LSTMConfig:\n{COMPUTES}", ""),
}

P_VALUES = {
    "under its name": ("p_value = 2 * (1 - norm.cdf(abs(z)))", True),
    "of an object": ("self.pvals = norm.sf(z)", True),
    "beyond a statistic": ("p = stats.norm.sf(z)", True),
    "of a distribution of tests": ("p = stats.t.cdf(t, df)", True),
    "of a frozen one": ("p = 1 - chi2(3).cdf(x)", True),
    "numbered": ("p1 = 1 - f.cdf(x, 2, 3)", True),
    "any probability": ("p = norm.cdf(1.96)", False),
    "another name": ("top_p = norm.sf(z)", False),
    "from elsewhere": ("p_value = result.pvalue", False),
}


@pytest.mark.parametrize("case", P_VALUES)
def test_values_of_p_worked_out(case):
    text, expected = P_VALUES[case]
    assert ("p-value" in values(read(text), FactKind.STRUCTURE)) is expected


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written_by_hand(case):
    text, expected = WRITTEN[case]
    named = {value for value in values(read(text), FactKind.STRUCTURE) if ":" in value}
    assert named == ({expected} if expected else set())


def test_what_is_written_by_hand_stands_on_its_head():
    text = f"x = 1\ndef accuracy_score{METRIC}"
    assert [f.line for f in read(text, wanted=[1]) if f.kind is FactKind.STRUCTURE] == [2]
    assert not values(read(text, wanted=[2]), FactKind.STRUCTURE)
