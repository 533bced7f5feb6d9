"""Patterns against values: what must fit, and what only looks alike."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.taxonomy import Clause, Match, Matcher, load_taxonomy

TAXONOMY = load_taxonomy()


def matcher(kind: str, pattern: str, language: str = "") -> Matcher:
    shows = Match("skill", "it", weak=False, rule=f"entry: {pattern}")
    return Matcher([Clause(kind, (language,) if language else (), pattern, (shows,))])


FITS = [
    ("symbol", "python", "numpy.linalg.svd", "numpy.linalg.svd"),
    ("symbol", "python", "numpy.linalg.**", "numpy.linalg.svd"),
    ("symbol", "python", "numpy.linalg.**", "numpy.linalg.norm().real"),
    ("symbol", "python", "torch.nn.Conv*", "torch.nn.Conv2d"),
    ("symbol", "python", "keras.layers.**.LSTM", "keras.layers.LSTM"),
    ("symbol", "python", "keras.layers.**.LSTM", "keras.layers.recurrent.LSTM"),
    ("symbol", "python", "pandas~().fillna", "pandas.read_csv().fillna"),
    ("symbol", "python", "pandas~().fillna", "pandas.read_csv().groupby().mean().fillna"),
    ("symbol", "python", "torch~().backward", "torch.nn.CrossEntropyLoss()().backward"),
    ("symbol", "python", "pandas~().plot.**", "pandas.DataFrame().plot.bar"),
    ("symbol", "python", "**~().json", "requests.get().json"),
    ("symbol", "r", "stats::*.test", "stats::t.test"),
    ("symbol", "r", "dplyr::**", "dplyr::mutate"),
    ("symbol", "javascript", "@tensorflow/tfjs.layers.conv*", "@tensorflow/tfjs.layers.conv2d"),
    ("import", "java", "org.apache.spark.**", "org.apache.spark.sql.SparkSession"),
    ("import", "cpp", "opencv2.**", "opencv2/opencv.hpp"),
    ("argument", "python", "sklearn.**(class_weight=)", "sklearn.svm.SVC(class_weight=)"),
    ("argument", "python", "keras~().compile(metrics=*accuracy)", "keras.Sequential().compile(metrics=sparse_accuracy)"),
    ("argument", "python", "torch.optim.*(lr=)", "torch.optim.SGD(lr=)"),
    ("file", "", "**/Dockerfile*", "Dockerfile"),
    ("file", "", "**/Dockerfile*", "docker/gpu/Dockerfile.gpu"),
    ("file", "", "**/dockerfile", "Docker image/dockerfile"),
    ("file", "", ".github/workflows/*.yml", ".github/workflows/ci.yml"),
    ("image", "", "**/kafka", "bitnami/kafka"),
    ("data", "python", "credit card", "Credit-Card_2019.csv"),
    ("data", "python", "heart failure", "HeartFailurePrediction.csv"),
    ("data", "python", "creditcard*", "creditcards.csv"),
    ("data", "python", "customer* .*", "mall_customers_2020.csv"),
    ("data", "python", "sales .*", "sales_of_2020.csv"),
    ("argument", "r", "broom::tidy(conf.int=)", "broom::tidy(conf.int=)"),
    ("data", "python", "= imdb", "imdb"),
    ("data", "python", "= imdb", "IMDB"),
    ("tag", "", "machine learning", "machine-learning"),
]  # fmt: skip

MISSES = [
    ("symbol", "python", "numpy.linalg.svd", "numpy.linalg.svdvals"),
    ("symbol", "python", "numpy.linalg.**", "numpy.linalgebra.svd"),
    ("symbol", "python", "torch.**", "torchvision.models.resnet18"),
    ("symbol", "python", "torch.**", "torch"),
    ("symbol", "python", "torch.nn.Conv*", "torch.nn.modules.Conv2d"),
    ("symbol", "python", "keras.layers.**.LSTM", "keras.layers.LSTMCell"),
    ("symbol", "python", "pandas~().fillna", "pandas.fillna"),
    ("symbol", "python", "pandas~().fillna", "polars.read_csv().fillna"),
    ("symbol", "python", "pandas~().plot", "pandas.read_csv().plotting"),
    ("symbol", "r", "stats::*.test", "coin::t.test"),
    ("argument", "python", "torch.optim.*(lr=)", "torch.optim.SGD(lr_decay=)"),
    ("argument", "python", "keras~().compile(metrics=accuracy)", "keras.Sequential().compile(loss=accuracy)"),
    ("file", "", ".github/workflows/*.yml", ".github/workflows/old/ci.yml"),
    ("file", "", "**/Dockerfile*", "docs/MyDockerfile"),
    ("image", "", "**/kafka", "bitnami/kafka-exporter"),
    ("data", "python", "credit card", "creditor_cards.csv"),
    ("data", "python", "heart", "hearth.csv"),
    ("data", "python", "customer* .*", "customer_id"),
    ("data", "python", "sales .*", "template_Sales_Agreement_v1.xlsx"),
    ("data", "python", "customer* .*", "customer_contract.xlsx"),
    ("argument", "r", "broom::tidy(conf.int=)", "broom::tidy(conf.level=)"),
    ("data", "python", "= imdb", "imdbId"),
    ("data", "python", "= imdb", "imdb_score"),
    ("data", "python", "= imdb", "imdb.csv"),
]


@pytest.mark.parametrize(("kind", "language", "pattern", "value"), FITS)
def test_pattern_fits(kind, language, pattern, value):
    assert matcher(kind, pattern, language).match(kind, language, value)


@pytest.mark.parametrize(("kind", "language", "pattern", "value"), MISSES)
def test_pattern_does_not_fit(kind, language, pattern, value):
    assert not matcher(kind, pattern, language).match(kind, language, value)


def test_pattern_of_one_language_is_no_others():
    julia = matcher("symbol", "torch.**", "python")
    assert not julia.match("symbol", "julia", "torch.nn")
    assert not julia.match("import", "python", "torch.nn")


def test_pattern_without_language_fits_every():
    assert matcher("sql", "join").match("sql", "python", "join")
    assert matcher("sql", "join").match("sql", "", "join")


def test_strong_beats_weak_and_longest_names_the_rule():
    weak = Clause(
        "symbol", ("python",), "numpy.linalg.special.svd", (Match("skill", "svd", weak=True, rule="a: long"),)
    )
    short = Clause("symbol", ("python",), "numpy.**", (Match("skill", "svd", weak=False, rule="b: short"),))
    longer = Clause("symbol", ("python",), "numpy.linalg.**", (Match("skill", "svd", weak=False, rule="c: longer"),))
    found = Matcher([weak, short, longer]).match("symbol", "python", "numpy.linalg.special.svd")
    assert [(match.rule, match.weak) for match in found] == [("c: longer", False)]


def told(matches):
    return {(match.subject_kind, match.subject, match.weak, match.needs) for match in matches}


def test_patterns_below_shared_roots_fit_like_patterns_written_whole():
    whole = Matcher(replace(c, pattern=text, roots=()) for c in TAXONOMY.clauses for text in c.patterns)
    ends = ("", "x", ".x", "().fit", "::y", "()")
    for number, clause in enumerate(TAXONOMY.clauses[::5]):
        if clause.roots:
            root = clause.roots[number % len(clause.roots)]
            below = clause.pattern.replace("~()", ".thing()").replace("**", "inner").replace("*", "x")
            language, end = clause.languages[number % len(clause.languages)], ends[number % len(ends)]
            for value in (root + below + end, root, root + end):
                asked = (clause.kind, language, value)
                assert told(TAXONOMY.match(*asked)) == told(whole.match(*asked)), asked


def test_the_root_counts_for_which_rule_is_named():
    shows = [(Match("skill", "svd", weak=False, rule=rule),) for rule in ("a: below", "b: longer")]
    below = Clause("symbol", ("python",), ".**", shows[0], ("numpy", "numpy.linalg"))
    longer = Clause("symbol", ("python",), "numpy.l*.**", shows[1])
    found = Matcher([longer, below]).match("symbol", "python", "numpy.linalg.svd")
    assert [match.rule for match in found] == ["a: below"]
    assert not Matcher([below]).match("symbol", "python", "numpylinalg.svd")


def test_every_language_shows_itself():
    assert Matcher([]).match("language", "python", "python") == [
        Match("language", "python", weak=False, rule="language")
    ]


MEANS = {
    ("symbol", "python", "sklearn.metrics.roc_auc_score"): "roc-auc",
    ("symbol", "python", "numpy.linalg.svd"): "matrix-decomposition",
    ("symbol", "python", "torch.nn.LSTM"): "recurrent-networks",
    ("symbol", "python", "scipy.stats.ttest_ind"): "hypothesis-testing",
    ("symbol", "python", "torch.nn.BCELoss()().backward"): "calculus",
    ("argument", "python", "sklearn.model_selection.train_test_split(stratify=)"): "imbalanced-data",
    ("argument", "python", "tensorflow.keras.Sequential().compile(optimizer=)"): "optimization",
    ("argument", "python", "tensorflow.keras.models.Sequential().compile(metrics=accuracy)"): "classification-metrics",
    ("structure", "python", "estimator-class"): "algorithms-from-scratch",
    ("symbol", "r", "stats::prcomp"): "dimensionality-reduction",
    ("import", "scala", "org.apache.spark.SparkContext"): "distributed-processing",
    ("image", "", "confluentinc/cp-kafka"): "event-streaming",
    ("forge", "", "pull-request-elsewhere"): "open-source",
}


@pytest.mark.parametrize(("fact", "skill"), MEANS.items(), ids=[value for _, _, value in MEANS])
def test_fact_means_skill(fact, skill):
    assert skill in {m.subject for m in TAXONOMY.match(*fact) if m.subject_kind == "skill" and not m.weak}


NO_CLAIM = [
    ("import", "python", "torch.nn"),
    ("import", "r", "dplyr"),
    ("listed", "python", "tensorflow"),
    ("tag", "", "pytorch"),
    ("symbol", "python", "torchmetric.functional"),
    ("data", "python", "customer_id"),
    ("data", "python", "train.csv"),
    ("structure", "", "dependency-list"),
]


@pytest.mark.parametrize("fact", NO_CLAIM, ids=[":".join(fact) for fact in NO_CLAIM])
def test_fact_alone_is_no_claim(fact):
    assert [m for m in TAXONOMY.match(*fact) if not m.weak and not m.needs and m.subject_kind != "condition"] == []


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@given(st.lists(NAMES, min_size=2, max_size=5))
def test_import_root_covers_all_below_and_nothing_beside(parts):
    root, value = parts[0], ".".join(parts)
    under = matcher("symbol", f"{root}.**", "python")
    assert under.match("symbol", "python", value)
    assert not under.match("symbol", "python", f"{root}x.{'.'.join(parts[1:])}")


@given(st.text(max_size=60))
def test_any_text_is_answered(value):
    for kind in ("symbol", "argument", "data", "file", "image", "tag", "sql", "structure"):
        TAXONOMY.match(kind, "python", value)


def test_hostile_values_are_answered_quickly():
    started = time.perf_counter()
    for value in ("a." * 250, "torch" + "()." * 160 + "x", "-" * 490 + ".csv", "(a=" * 160, "numpy." * 20_000):
        for kind in ("symbol", "argument", "data", "file"):
            TAXONOMY.match(kind, "python", value)
    assert time.perf_counter() - started < 5  # far above what it takes: only a blow-up gets here
