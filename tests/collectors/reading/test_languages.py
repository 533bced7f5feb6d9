"""Languages besides Python: each case is a text and what its lines must say; the near misses say nothing."""

from __future__ import annotations

import time

import pytest

from collectors.reading import reader_for, readers


def read(path, text, wanted=None):
    data = text.encode() if isinstance(text, str) else text
    reader = reader_for(path)
    assert reader is not None, path
    return reader.open(data, path, frozenset()).facts(wanted)


def said(path, text, *kinds, wanted=None):
    """{(line, value)} of the kinds asked for."""
    return {(fact.line, fact.value) for fact in read(path, text, wanted) if str(fact.kind) in kinds}


LOADS = '<script src="https://unpkg.com/leaflet@1.9.4/dist/leaflet.js"></script>\n'
IMPORTS = {
    "scala one": ("A.scala", "import org.apache.spark.sql.SparkSession\n", {(1, "org.apache.spark.sql.SparkSession")}),
    "scala several": (
        "A.scala",
        "import a.b.{C, D => E, _}, f.g.H\nimport x.y._\n",
        {(1, "a.b.C"), (1, "a.b.D"), (1, "f.g.H"), (2, "x.y")},
    ),
    "scala all of a package": (
        "A.scala",
        "import org.apache.spark.ml.feature._\nval a = new VectorAssembler().x\nval p = PCA.load(q)\nf(b)\n",
        {
            (1, "org.apache.spark.ml.feature"),
            (2, "org.apache.spark.ml.feature.VectorAssembler"),
            (3, "org.apache.spark.ml.feature.PCA"),
        },
    ),
    "scala all of an unknown package": ("A.scala", "import a.b._\nval a = new C()\n", {(1, "a.b")}),
    "scala of a value": ("A.scala", "  import spark.implicits._\n", set()),
    "scala in comments": ("A.scala", "// import a.b.C\n/*\nimport a.b.D\n*/ val x = 1\n/** import q.r */\n", set()),
    "scala after a comment": ("A.scala", "/* x */ import a.b.C // y\n", {(1, "a.b.C")}),
    "java": (
        "A.java",
        "import static org.junit.Assert.*;\nimport java.util.List;\n",
        {(1, "org.junit.Assert"), (2, "java.util.List")},
    ),
    "kotlin": (
        "A.kt",
        "import org.jetbrains.kotlinx.dl.api.core.Sequential as S\n",
        {(1, "org.jetbrains.kotlinx.dl.api.core.Sequential")},
    ),
    "java in another's package": (
        "A.java",
        "import org.x.shaded.jackson2.com.fasterxml.jackson.A;\nimport org.x.shadedlamp.com.B;\n",
        {
            (1, "org.x.shaded.jackson2.com.fasterxml.jackson.A"),
            (1, "com.fasterxml.jackson.A"),
            (2, "org.x.shadedlamp.com.B"),
        },
    ),
    "java string": ("A.java", 'String s = "import a.b.C;";\n', set()),
    "julia": (
        "a.jl",
        "using LinearAlgebra, Flux\nimport CSV as C\nusing DataFrames: DataFrame, select!\nimport Base.show\n",
        {
            (1, "LinearAlgebra"),
            (1, "Flux"),
            (2, "CSV"),
            (3, "DataFrames.DataFrame"),
            (3, "DataFrames.select!"),
            (4, "Base.show"),
        },
    ),
    "julia near misses": (
        "a.jl",
        '# using Flux\n#= using Knet\nusing MLJ =#\nusing .Mine\n"""\nusing Doc\n"""\nx = "using Str"\n',
        set(),
    ),
    "go": (
        "a.go",
        'package a\nimport "fmt"\nimport (\n\tk "github.com/segmentio/kafka-go"\n\t// "not/this"\n)\nfunc f() { x := "a/b" }\nvar y = []string{\n"z/z"\n}\n',
        {(2, "fmt"), (4, "github.com/segmentio/kafka-go")},
    ),
    "rust": (
        "a.rs",
        "use polars::prelude::*;\npub use std::io;\nuse crate::x;\n// use tch::nn;\n",
        {(1, "polars::prelude"), (2, "std::io")},
    ),
    "c": (
        "a.cpp",
        '#include <opencv2/opencv.hpp>\n  #  include "mine.h"\n// #include <no.h>\n',
        {(1, "opencv2/opencv.hpp"), (2, "mine.h")},
    ),
    "cuda": ("a.cu", "#include <cublas_v2.h>\n", {(1, "cublas_v2.h")}),
    "lua": (
        "a.lua",
        "require 'torch'\nlocal nn = require(\"nn\")\n-- require 'no'\n--[[\nrequire 'nor this'\n]]\n",
        {(1, "torch"), (2, "nn")},
    ),
    "javascript": (
        "a.js",
        "import * as tf from '@tensorflow/tfjs';\nimport {\n  a,\n  b as c,\n} from 'danfojs';\nconst p = require('plotly.js');\nimport './mine';\nimport x from '../y';\nimport 'side';\n// import z from 'zzz'\n/*\nimport q from 'qqq'\n*/\n",
        {(1, "@tensorflow/tfjs"), (2, "danfojs"), (6, "plotly.js"), (9, "side")},
    ),
    "typescript": ("a.ts", "import type { T } from 'onnxruntime-web'\n", {(1, "onnxruntime-web")}),
    "page": (
        "a.html",
        '<script src="https://cdn.jsdelivr.net/npm/@tensorflow/tfjs@4.0.0/dist/tf.min.js"></script>\n<script src="https://cdn.plot.ly/plotly-latest.min.js"></script>\n<script src="./mine.js"></script>\n<!-- <script src="https://unpkg.com/d3@7"></script> -->\n',
        {(1, "@tensorflow/tfjs"), (2, "plotly.js")},
    ),
    "page with copies beside it": (
        "a.html",
        (
            '<script type="text/javascript" src="d3.js"></script>\n<script src="js/plotly-2.1.0.min.js?v=1"></script>\n<script src="Chart.js"></script>\n'
            '<script src="js/chart.js"></script>\n<script src="tf.js"></script>\n<script src="/static/nv.d3.min.js"></script>\n<script src="{{ x }}"></script>\n'
        ),
        {(1, "d3"), (2, "plotly.js"), (3, "chart.js"), (6, "nvd3")},
    ),
    "page that charts": (
        "a.html",
        '<script src="https://www.gstatic.com/charts/loader.js"></script>\n<script src="https://code.highcharts.com/highcharts.js"></script>\n<script src="https://cdn.flexmonster.com/flexmonster.js"></script>\n',
        {(1, "react-google-charts"), (2, "highcharts"), (3, "flexmonster")},
    ),
    "page that R Markdown wrote": (
        "a.html",
        '<!DOCTYPE html>\n<meta name="generator" content="pandoc" />\n' + LOADS,
        set(),
    ),
    "page that a notebook wrote": ("a.html", "<style>.jp-Notebook { margin: 0 }</style>\n" + LOADS, set()),
    "page that Plotly wrote": (
        "a.html",
        '<script type="text/javascript">window.PlotlyConfig = {};</script>\n' + LOADS,
        set(),
    ),
    "page that Folium wrote": ("a.html", "<script>\n  L_NO_TOUCH = false;\n</script>\n" + LOADS, set()),
    "page that a browser wrote": ("a.html", "<!-- saved from url=(0020)https://example.org/ -->\n" + LOADS, set()),
    "page that names a generator": ("a.html", "<h1>A generator of names</h1>\n" + LOADS, {(2, "leaflet")}),
    "r": (
        "a.R",
        "library(dplyr)\nrequire('caret')\npacman::p_load(ggplot2, mice)\nif (!requireNamespace(\"sf\", quietly = TRUE)) stop()\n# library(no)\nx <- 'library(nor)'\n",
        {(1, "dplyr"), (2, "caret"), (3, "ggplot2"), (3, "mice"), (4, "sf")},
    ),
    "terraform": ("a.tf", 'provider "aws" {\n}\n# provider "google" {}\n', {(1, "aws")}),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_imports(name):
    path, text, expected = IMPORTS[name]
    assert said(path, text, "import") == expected


R = {
    "attached": (
        "library(dplyr)\nd %>% mutate(a = 1) |> left_join(e)\n",
        {(2, "dplyr::mutate"), (2, "dplyr::left_join")},
    ),
    "qualified": ("x <- pROC::roc(a, b)\ny <- stats:::lm(z)\n", {(1, "pROC::roc"), (2, "stats::lm")}),
    "base and stats": (
        "b <- solve(A) %*% x\ns <- svd(A)\nt.test(a, b)\nm <- glm(y ~ x)\nz <- rnorm(10)\nna.omit(d)\np <- prcomp(d)\n",
        {
            (1, "base::solve"),
            (1, "base::%*%"),
            (2, "base::svd"),
            (3, "stats::t.test"),
            (4, "stats::glm"),
            (5, "stats::rnorm"),
            (6, "stats::na.omit"),
            (7, "stats::prcomp"),
        },
    ),
    "the last one attached masks": (
        "library(caret)\nlibrary(yardstick)\nprecision(a)\n",
        {(3, "yardstick::precision")},
    ),
    "tidyverse attaches": (
        "library(tidyverse)\nfct_lump(x)\ndrop_na(d)\n",
        {(2, "forcats::fct_lump"), (3, "tidyr::drop_na")},
    ),
    "telling without attaching": ("d |> pivot_longer(a)\n", {(1, "tidyr::pivot_longer")}),
    "own function": ("solve <- function(a) a\nsolve(1)\n", set()),
    "not attached": ("mutate(d)\nfilter(d)\ntrain(x)\n", set()),
    "method of an object": ("x$solve(1)\nx@svd(1)\nmy.solve(1)\n", set()),
    "strings and comments": ("x <- 'solve(a)'\n# svd(a)\ny <- \"a # b\"; qr(z)\n", {(3, "base::qr")}),
    "telling where nothing is attached": (
        "dds <<- DESeq(dds)\nu <- unite(d, 'a')\n",
        {(1, "DESeq2::DESeq"), (2, "tidyr::unite")},
    ),
    "not where something is": ("library(x)\nu <- unite(d, 'a')\n", set()),
    "nor when it is one's own": ("unite = function(a) a\nu <- unite(d)\n", set()),
    "telling and long": ("control <- trainControl(number = 5)\n", {(1, "caret::trainControl")}),
    "packages in a list": (
        "wanted.packages <- c('caret',\n  \"pROC\")\nlapply(wanted.packages, library, character.only = TRUE)\nroc(a, b)\n",
        {(3, "base::lapply"), (4, "pROC::roc")},
    ),
    "packages in a loop": ("for (p in c('pROC')) library(p, character.only = TRUE)\nauc(a)\n", {(2, "pROC::auc")}),
    "roxygen": ("#' @importFrom dplyr mutate\nf <- function(d) mutate(d, a = 1)\n", {(2, "dplyr::mutate")}),
    "targets option": (
        "tar_option_set(packages = c('dplyr', 'caret'))\ntrain(x)\n",
        {(1, "targets::tar_option_set"), (2, "caret::train")},
    ),
}


@pytest.mark.parametrize("name", R)
def test_r_symbols(name):
    text, expected = R[name]
    assert said("a.R", text, "symbol") == expected


def test_r_arguments_data_and_sql():
    text = 'library(caret)\nm <- train(\n  y ~ x,\n  method = "rf",\n  trControl = trainControl(number = 5)\n)\nd <- read.csv("in/heart.csv")\nq <- dbGetQuery(con, "select a from b join c")\ndata(iris)\n'
    assert {(4, "caret::train(method=)"), (4, "caret::train(method=rf)"), (5, "caret::train(trControl=)"), (5, "caret::trainControl(number=)")} <= said("a.R", text, "argument")  # fmt: skip
    assert (5, "caret::train(number=)") not in said("a.R", text, "argument")
    assert said("a.R", text, "data") == {(7, "heart.csv"), (9, "iris")}
    assert said("a.R", text, "sql") == {(8, "select"), (8, "join")}


JULIA = {
    "exported": ("using Flux\nm = Chain(Dense(2 => 3, relu), softmax)\n", {(2, "Flux.Chain"), (2, "Flux.Dense")}),
    "qualified": ("import Flux\nFlux.train!(f, p, d, o)\nx = Flux.Losses.mse(a, b)\n", {(2, "Flux.train!"), (3, "Flux.Losses.mse")}),
    "not exported to import": ("import Flux\nChain(2)\n", set()),
    "by name": ("using Unheard: widget\nwidget(1)\ngadget(2)\n", {(2, "Unheard.widget")}),
    "another name": ("import CSV as C\nconst D = C\nC.read(a)\nD.write(a)\n", {(3, "CSV.read"), (4, "CSV.write")}),
    "a name for a part": ("import Flux\nconst L = Flux.Losses\nL.mse(a, b)\n", {(2, "Flux.Losses"), (3, "Flux.Losses.mse")}),
    "broadcast": ("using LinearAlgebra\ny = norm.(xs) .+ x.norm(2)\n", {(2, "LinearAlgebra.norm")}),
    "macros": ("using JuMP\n@variable(m, x >= 0)\n@objective m Max x\n", {(2, "JuMP.variable"), (3, "JuMP.objective")}),
    "types": ("using MLJ\nconst T = Standardizer\nmode = machine\n", {(2, "MLJ.Standardizer")}),
    "included": ("m = Chain(Dense(2, 3), relu)\nx = params(m)\n", {(1, "Flux.Chain"), (1, "Flux.Dense")}),
    "not included": ("using Knit\nm = Chain(Dense(2, 3))\n", set()),
    "an umbrella": ('using Plots\nimport CSV\ninclude("model.jl")\n', {(1, "Plots.using")}),
    "own": ("using Flux\nstruct Dense\n  w\nend\nChain(x) = 2\nfunction Dropout(p)\nend\nd = Dense(Chain(Dropout(1)))\n", set()),
    "strings and comments": ('using Flux\n# Chain(1)\nx = "Dense(2)"\n#=\nDropout(3)\n=#\n"""\nLSTM(1)\n"""\n', set()),
}  # fmt: skip


@pytest.mark.parametrize("name", JULIA)
def test_julia_symbols(name):
    text, expected = JULIA[name]
    assert said("a.jl", text, "symbol") == expected


def test_julia_arguments_data_and_sql():
    text = (
        "using Flux, DBInterface, CSV\n"
        "d = Flux.DataLoader((x, y = 2);\n  batchsize = 16, shuffle=true)\n"
        'e = CSV.read("in/heart.csv", DataFrame)\n'
        'q = DBInterface.execute(db, "SELECT a FROM b")\n'
    )
    assert said("a.jl", text, "argument") == {(3, "Flux.DataLoader(batchsize=)"), (3, "Flux.DataLoader(shuffle=)")}  # fmt: skip
    assert said("a.jl", text, "data") == {(4, "heart.csv")}
    assert said("a.jl", text, "sql") == {(5, "select")}


def test_julia_between_prose():
    text = "# Notes\nusing CSV\n\n```julia; echo = false\nusing Flux\nm = Chain(a)\n```\nChain(b)\n\n```python\nChain(c)\n```\n\n```{julia}\nDense(d)\n```\n"
    assert said("a.jmd", text, "import", "symbol") == {(5, "Flux"), (6, "Flux.Chain"), (15, "Flux.Dense")}


def test_julia_training_set_on_a_model():
    text = "using MLJ\nmodel = NeuralNetworkClassifier(epochs = 2)\nmodel.epochs = 12\npipe.net.batch_size=8\nmodel.epochs == 3\nmodel.name = 4\n"
    assert said("a.jl", text, "argument") == {
        (2, "MLJ.NeuralNetworkClassifier(epochs=)"),
        (3, "MLJFlux.model(epochs=)"),
        (4, "MLJFlux.model(batch_size=)"),
    }
    assert not said("a.jl", "using CSV\nmodel.epochs = 12\n", "argument")


def test_a_lock_of_terraform_is_no_table():
    table = 'resource "aws_dynamodb_table" "{}" {{\n  hash_key = "{}"\n}}\n'
    text = table.format("lock", "LockID") + table.format("orders", "Order") + 'resource "aws_s3_bucket" "LockID" {\n}\n'
    assert said("a.tf", text, "symbol") == {(4, "aws_dynamodb_table"), (7, "aws_s3_bucket")}


JULIA_INTERVALS = {
    "both ends": "low, high = quantile(draws, [0.025, 0.975])",
    "one by one": "ci = (quantile(draws, .005), quantile(draws, .995))",
    "of a chain": "quantile(chain_negbin)",
}
JULIA_QUANTILES = {
    "quartiles": "q = quantile(x, [0.25, 0.75])",
    "one end": "limit = quantile(x, 0.975)",
    "the ends elsewhere": "pval(0.025, 0.975) + quantile(x, 0.5)",
    "in text": 'println("quantile(x, [0.025, 0.975])")',
    "of the chain's draws": "quantile(chain_draws, 0.5)",
}


@pytest.mark.parametrize("line", [*JULIA_INTERVALS.values(), *JULIA_QUANTILES.values()])
def test_julia_intervals(line):
    expected = {(1, "interval-end")} if line in JULIA_INTERVALS.values() else set()
    assert said("a.jl", line + "\n", "structure") == expected


def test_a_pluto_notebook_tells():
    cells = "".join(f'# ╔═╡ {n}\nmd"""\nWhat we see in step {n}.\n"""\n' for n in range(6))
    assert (1, "markdown-narrative") not in said("a.jl", "x = 1\n" + cells, "structure")
    assert "markdown-narrative" in {
        value for _, value in said("a.jl", "### A Pluto.jl notebook ###\nx = 1\n" + cells, "structure")
    }


JAVASCRIPT_SQL = {
    "in quotes": ('pool.query("SELECT a FROM b JOIN c");\n', {(1, "select"), (1, "join")}),
    "a template": ("db.all(`SELECT a\n  FROM b\n  WHERE c = 1`);\n", {(1, "select")}),
    "a template opened above": ("const q = `\n  SELECT a\n  FROM b\n`;\n", {(2, "select")}),
    "words": ('title = "Select a plan"; note = `update your settings`;\n', set()),
    "in a comment": ("// SELECT a FROM b\n", set()),
    "sentences": (
        'a = "Select your county from the list"; b = "Select from predefined scenarios. Each differs"; c = "Copy the link to share"; d = "Create a new view";\n',
        set(),
    ),
    "words for a choice": ('choose("Select contrast to extract results from DESeq:");\n', set()),
    "a column named like a word": ('q("select the from an_order where b = 1"); r("SELECT from_date FROM the_orders");\n', {(1, "select")}),
}  # fmt: skip


@pytest.mark.parametrize("name", JAVASCRIPT_SQL)
def test_sql_in_javascript(name):
    text, expected = JAVASCRIPT_SQL[name]
    assert said("a.ts", text, "sql") == expected


ADDRESSES = {
    "images": ("const A = 'https://host.example/data/mnist_images.png';\n", {(1, "mnist_images.png")}),
    "no ending": ("const A = 'https://host.example/data/mnist_labels_uint8';\n", {(1, "mnist_labels_uint8")}),
    "a network": ("const name = 'yolov5n.onnx';\n", {(1, "yolov5n.onnx")}),
    "a network beside the page": ("const at = './models/digits.onnx';\n", {(1, "digits.onnx")}),
    "settings beside the page": ("const at = './config.json';\n", set()),
    "a picture of the page": ("const A = 'https://host.example/credit-card.png';\n", set()),
    "a link to a network": ("const url = 'https://twitter.com/share';\n", set()),
    "an asset": ("import a from './images/train.png';\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_of_data_in_javascript(name):
    text, expected = ADDRESSES[name]
    assert said("a.js", text, "data") == expected


CANDLES = {
    "over lines": ("const d = {\n  open: 1,\n  high: 2,\n  low: 0.5,\n  close: 1.5,\n};\n", {(2, "ohlc")}),
    "on one line": ("return { open: s.open / 9, high: s.high, low: s.low, close: s.close };\n", {(1, "ohlc")}),
    "a door": ("const d = { open: true, close: false };\n", set()),
    "a menu": ("open: () => 1,\nclose: () => 2,\n", set()),
}


@pytest.mark.parametrize("name", CANDLES)
def test_prices_of_a_day_in_javascript(name):
    text, expected = CANDLES[name]
    assert said("a.ts", text, "data") == expected


MISSING = {
    "left out": ("d %>% filter(!is.na(a), b > 2)\n", True),
    "left out below": ("d %>% filter(\n  !is.na(a)\n)\n", True),
    "filled in": ("a[is.na(a)] <- 0\n", True),
    "filled in by a choice": ("a <- ifelse(is.na(a), mean(a), a)\n", True),
    "counted": ("colSums(is.na(d))\n", True),
    "columns without": ("d |> select(where(~ !any(is.na(.x))))\n", True),
    "met": ("if (is.na(x)) stop('no')\n", False),
    "in a comment": ("# filter(!is.na(a))\n", False),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_missing_values_in_r(name):
    text, expected = MISSING[name]
    assert ("missing-values" in {value for _, value in said("a.R", text, "structure")}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ggplot(d, aes(x, ymin = conf.low, ymax = conf.high))\n", True),
        ("d$conf.low\n", True),
        ("t.test(x)$conf.int[1]\n", True),
        ("survfit(s, conf.int = 0.9)\n", False),
        ("select(d, my.conf.low)\n", False),
        ("conf.low.of(d)\n", False),
        ('read.csv("conf.low")\n', False),
        ("# conf.low\nx <- 1\n", False),
        ("quantile(x, c(0.025, 0.975))\n", True),
        ("qbeta(c(.025, .5, .975), a, b)\n", True),
        ("quantile(x, c(0.25, 0.75))\n", False),
        ("quantile(post$b, c(0.055, 0.945))\n", True),
        ("quantile(samples, probs = c(.1, .9))\n", True),
        ("quantile(samples, c(0.25, 0.75))\n", False),
        ("quantile(samples, c(0.1, 0.8))\n", False),
        ("quantile(d$price, c(0.05, 0.95))\n", False),
        ("quantile(x, 0.975)\n", False),
    ],
)
def test_ends_of_intervals_in_r(text, expected):
    assert ("interval-end" in {value for _, value in said("a.R", text, "structure")}) is expected


WRITTEN = {
    "folds in R": (
        "a.R",
        "k.fold <- function(n, k) {\n  split(1:n, rep(1:k, length.out = n))\n  for (i in 1:k) i\n}\n",
        {(1, "function:k_fold")},
    ),
    "a metric in R": ("a.R", "accuracy = function(a, b) mean(a == b)\n", {(1, "function:accuracy")}),
    "nothing worked out": ("a.R", "accuracy <- function(fit) {\n  fit$accuracy\n}\nx <- 2^3\n", set()),
    "of nobody's matter": ("a.R", "opened <- function(x) sum(x)\n", set()),
    "a grid of settings": ("a.R", "hyper_grid <- expand.grid(a = 1:2)\n", {(1, "settings-grid")}),
    "a grid of places": ("a.R", "grid <- expand.grid(x = 1:2)\nnew_grid = expand.grid(x = 1)\n", set()),
    "a learner in Julia": (
        "a.jl",
        "function build_tree!(X, y)\n    for x in X\n        x\n    end\nend\npredict(t, x) = sum(x .> t)\n",
        {(1, "function:build_tree"), (6, "function:predict")},
    ),
    "words in Julia": ("a.jl", 'function build_tree(X)\n    return "for"\nend\nrun(x) = 2 * x\n', set()),
    "a learner in JavaScript": (
        "a.js",
        "class NeuralNetwork {\n  feedForward(x) {\n    return x;\n  }\n  train(x, y) {\n    this.w += x * y;\n  }\n}\n",
        {(1, "estimator-class"), (1, "class:NeuralNetwork")},
    ),
    "a library's learner in JavaScript": (
        "a.js",
        "class Network {\n  predict(x) {\n    return tf.tidy(() => x);\n  }\n  train(x, y) {\n    this.w = x;\n  }\n}\n",
        set(),
    ),
    "a learner with its rate": (
        "a.js",
        "class Perceptron {\n  constructor(lr) {\n    this.lr = lr;\n  }\n  guess(x) {\n    return x;\n  }\n  train(x) {\n  }\n}\n",
        {(1, "estimator-class"), (1, "epoch-loop"), (1, "class:Perceptron")},
    ),
    "a matrix in JavaScript": (
        "a.js",
        "class Matrix {\n  static multiply(a, b) {\n    return a;\n  }\n  transpose() {\n    return this;\n  }\n}\n",
        {(1, "matrix-class")},
    ),
    "a short form with a default": (
        "a.jl",
        "accuracy(b, x, y, t = 0.5) = sum((b .>= t) .== y)\n",
        {(1, "function:accuracy")},
    ),
    "a class with no training": ("a.js", "class Network {\n  predict(x) {\n    return x;\n  }\n}\n", set()),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_by_hand(name):
    path, text, expected = WRITTEN[name]
    assert said(path, text, "structure") == expected


DATA_SETS = {
    "of a package": ("library(ISLR)\nfit <- lm(Direction ~ Lag1, data = Smarket)\n", {"Smarket"}),
    "of one that another attaches": ("library(tidymodels)\nglimpse(ames)\n", {"ames"}),
    "with its package": ("df <- kmed::heart; ?kmed::heart\ny <- MASS::lda(d)\n", {"heart"}),
    "a function of its package": ("y <- kmed::fastkmed\nz <- MASS::Boston(1)\n", set()),
    "of a collection": ("library(fpp3)\nvic_elec |> autoplot(Demand)\n", {"vic_elec"}),
    "by a column": ("library(ISLR)\nmean(Smarket$Today)\n", {"Smarket"}),
    "not attached": ("fit <- lm(Direction ~ Lag1, data = Smarket)\n", set()),
    "one's own": ("library(ISLR)\nSmarket <- read_it()\nd$Smarket\n", set()),
    "a function, a text, a word": ("library(ISLR)\nSmarket(1)\nx <- 'Smarket'\n# Smarket\nSmarkets\n", set()),
}


@pytest.mark.parametrize("case", DATA_SETS)
def test_data_sets_that_come_with_r_packages(case):
    text, expected = DATA_SETS[case]
    assert {value for _, value in said("a.R", text, "data")} == expected


HANDED_ON = {
    "a gradient": ("loss$backward()\n", {"torch::backward"}),
    "metrics": (
        "library(yardstick)\nm <- metric_set(roc_auc, accuracy)\n",
        {"yardstick::roc_auc", "yardstick::accuracy"},
    ),
    "summary": ("trainControl(summaryFunction = twoClassSummary)\n", {"caret::twoClassSummary"}),
    "own summary": ("trainControl(summaryFunction = mySummary)\n", set()),
}


@pytest.mark.parametrize("case", HANDED_ON)
def test_functions_handed_on_by_name_in_r(case):
    text, expected = HANDED_ON[case]
    found = {value for _, value in said("a.R", text, "symbol")}
    assert found - {"yardstick::metric_set", "caret::trainControl"} == expected


def test_first_texts_in_r():
    text = 'm <- boost_tree() %>% set_engine("xgboost", nthread = 2)\npaste("xgboost")\nset_engine(engine)\n'
    assert {value for _, value in said("a.R", text, "argument") if "1=" in value} == {"parsnip::set_engine(1=xgboost)"}


CHUNKS = """---
title: x
---

library(no)

```{r setup, echo=FALSE}
library(dplyr)
mutate(d)
```

```{python}
import numpy as np
np.dot(a, b)
```

```r
solve(not_run)
```

```{bash}
pip install x
```
"""


@pytest.mark.parametrize("ending", ["Rmd", "qmd"])
def test_chunks_at_their_own_lines(ending):
    assert said(f"a.{ending}", CHUNKS, "symbol") == {(9, "dplyr::mutate"), (14, "numpy.dot")}
    languages = {(fact.value, fact.count) for fact in read(f"a.{ending}", CHUNKS) if fact.kind == "language"}
    assert languages == {("r", 2), ("python", 2)}


SQL = {
    "select": ("select a\nfrom b\nleft join c on 1\n", {(1, "select"), (3, "join")}),
    "window": ("SELECT rank() OVER (PARTITION BY x) FROM y GROUP BY z\n", {(1, "select"), (1, "window"), (1, "group-by")}),
    "cte": ("WITH RECURSIVE t AS (\nselect 1)\nselect 2\n", {(1, "cte"), (2, "select"), (3, "select")}),
    "tables": ("CREATE TEMP TABLE a (b int);\ninsert into a values (1);\nUPDATE a SET b=2;\nmerge into a using b;\ncopy a from 's3';\n",
               {(1, "create-table"), (2, "insert"), (3, "update"), (4, "merge"), (5, "copy")}),
    "away": ("DROP TABLE IF EXISTS a;\ntruncate table a;\nTRUNCATE a, b\n", {(1, "drop"), (2, "truncate"), (3, "truncate")}),
    "dbt": ("{{ config(materialized='table') }}\nselect * from {{ ref('a') }} join {{source('b', 'c')}}\n",
            {(1, "jinja-config"), (2, "select"), (2, "jinja-ref"), (2, "join"), (2, "jinja-source")}),
    "dialects": (
        "\\copy a from 'a.csv' csv\ncreate table a (id bigserial);\nid int AUTO_INCREMENT\n) ENGINE=InnoDB;\nid integer primary key autoincrement\n",
        {(1, "copy"), (1, "of-postgresql"), (2, "create-table"), (2, "of-postgresql"), (3, "of-mysql"), (4, "of-mysql"), (5, "of-sqlite")}),
    "near misses of dialects": ("-- \\copy a\nserial, engine, a\\i\n", set()),
    "near misses": ("-- select a\n/* insert into\nmerge into */\n{# ref('x') #}\nupdated_at, selected, 'select', joint, truncate(x, 2), drop column a\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", SQL)
def test_sql(name):
    text, expected = SQL[name]
    assert said("a.sql", text, "sql") == expected


TABLES = {
    "what is asked": (
        "select a from shop.orders o\njoin `x-1.shop`.`clients` c\n",
        {(1, "orders.table"), (2, "clients.table")},
    ),
    "what is made": ("create table if not exists sales (a int);\n", {(1, "sales.table")}),
    "what dbt refers to": (
        "select * from {{ source('raw', 'loans') }}\njoin {{ ref(\"stg_rides\") }}\n",
        {(1, "loans.table"), (2, "stg_rides.table")},
    ),
    "of anything": ("select a from reviews join order_reviews\n", {(1, "order_reviews.table")}),
    "no table": ("select a from (select b from unnest(c))\n-- from orders\n", set()),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables_of_sql(case):
    text, expected = TABLES[case]
    assert said("a.sql", text, "data") == expected


JS = {
    "namespace": (
        "import * as tf from '@tensorflow/tfjs';\nconst l = tf.layers.dense({units: 1});\n",
        {(2, "@tensorflow/tfjs.layers.dense")},
    ),
    "variable": (
        "const tf = require('@tensorflow/tfjs-node');\nlet model = tf.sequential();\nmodel.fit(x, y, {epochs: 3});\n",
        {(2, "@tensorflow/tfjs-node.sequential"), (3, "@tensorflow/tfjs-node.sequential().fit")},
    ),
    "member": ("import {layers as L} from '@tensorflow/tfjs';\nL.lstm({});\n", {(2, "@tensorflow/tfjs.layers.lstm")}),
    "global": ("const x = tf.tensor([1]);\n", {(1, "@tensorflow/tfjs.tensor")}),
    "own name like a global": ("const tf = mine();\ntf.tensor([1]);\n", set()),
    "relative": ("import tf from './tf';\ntf.tensor([1]);\n", set()),
    "strings and comments": (
        "import * as tf from '@tensorflow/tfjs';\n// tf.a()\nx = 'tf.b()';\n/* tf.c()\ntf.d() */\n",
        set(),
    ),
    "layers by their names": (
        "import * as tf from '@tensorflow/tfjs';\nconst s = [{ 'conv2d': {} }];\nmake(tf.layers[kind]);\n",
        {(2, "@tensorflow/tfjs.layers.conv2d"), (3, "@tensorflow/tfjs.layers")},
    ),
    "OpenCV of the page": ("const m = cv.imread(image);\n", {(1, "opencv.js.imread")}),
    "a life of one's own": ("const cv = load();\ncv.imread(1);\n", set()),
    "on the line below": (
        "const tf = require('@tensorflow/tfjs');\nconst l = tf.layers\n  .conv2d(args)\n  .apply(x);\nf(x)\n  .then(g);\n",
        {(2, "@tensorflow/tfjs.layers"), (3, "@tensorflow/tfjs.layers.conv2d")},
    ),
    "longer names": ("import * as tf from '@tensorflow/tfjs';\nmytf.a(); x.tf.b(); tf2.c();\n", set()),
    "made by new": (
        "import {Kafka} from 'kafkajs';\nconst kafka = new Kafka();\nkafka.producer();\n",
        {(2, "kafkajs.Kafka"), (3, "kafkajs.Kafka().producer")},
    ),
    "a class of its own": (
        "import * as tf from '@tensorflow/tfjs';\nclass Net extends tf.Sequential {\n go() {\n  this.add(1);\n  this.size;\n  go(2);\n }\n}\nconst net = new Net();\nnet.fit(x);\n",
        {
            (2, "@tensorflow/tfjs.Sequential"),
            (4, "@tensorflow/tfjs.Sequential().add"),
            (9, "@tensorflow/tfjs.Sequential"),
            (10, "@tensorflow/tfjs.Sequential().fit"),
        },
    ),
    "a part of a page": ("import React from 'react';\nclass A extends React.Component {\n f() { this.setState(1); }\n}\n", {(2, "react.Component")}),
    "a model handed over": (
        "import * as tf from '@tensorflow/tfjs';\nfunction learn(model) {\n  model.summary();\n  this.net.compile(a);\n}\n",
        {(4, "@tensorflow/tfjs.model().compile")},
    ),
    "nobody's model": ("import {a} from 'webpack';\nfunction build(model) { model.compile(a); fit(b); }\n", {(2, "webpack.a")}),
}  # fmt: skip


@pytest.mark.parametrize("name", JS)
def test_javascript_symbols(name):
    text, expected = JS[name]
    assert said("a.js", text, "symbol") == expected


def test_javascript_options_of_their_own_call():
    text = "import * as tf from '@tensorflow/tfjs';\nconst m = tf.sequential();\nm.compile({\n  optimizer: 'adam',\n  metrics: ['accuracy', 'mse'],\n  loss: f({inner: 1})\n});\n"
    compiled = "@tensorflow/tfjs.sequential().compile"
    assert said("a.js", text, "argument") == {
        (4, f"{compiled}(optimizer=)"),
        (4, f"{compiled}(optimizer=adam)"),
        (5, f"{compiled}(metrics=)"),
        (5, f"{compiled}(metrics=accuracy)"),
        (5, f"{compiled}(metrics=mse)"),
        (6, f"{compiled}(loss=)"),
    }
    assert said("a.js", text, "argument", wanted=[4]) == {
        (5, f"{compiled}(metrics={word})") for word in ("", "accuracy", "mse")
    }


JAVASCRIPT_TESTS = {
    "jest": (
        "describe('a', () => {\n  it('adds', () => {\n    expect(f(1)).toBe(2);\n  });\n  test.skip(`b`, g);\n});\n",
        {2, 5},
    ),
    "nothing asserted": ("it('is', a);\n", set()),
    "rendered": ("it('renders', () => {\n  ReactDOM.render(<App />, div);\n});\n", {1}),
    "a condition": ("if (/a/.test('b')) { expect(1); }\nwait('x'); submit('y');\n", set()),
}


@pytest.mark.parametrize("name", JAVASCRIPT_TESTS)
def test_tests_in_javascript(name):
    text, lines = JAVASCRIPT_TESTS[name]
    assert said("a.js", text, "structure") == {(line, "test-function") for line in lines}


def test_the_task_of_a_pipeline_in_javascript():
    text = "import { pipeline } from '@huggingface/transformers';\nconst p = await pipeline('summarization', model);\nq = other('summarization');\n"
    assert said("a.js", text, "argument") == {(2, "@huggingface/transformers.pipeline(1=summarization)")}


def test_the_learning_rate_is_the_first_thing_that_an_optimiser_is_given():
    text = "import * as tf from '@tensorflow/tfjs';\ntf.train.sgd(rate);\ntf.train.adam();\ntf.train.adam(1e-3);\ntf.other.sgd(1);\n"
    given = {(2, "@tensorflow/tfjs.train.sgd(learningRate=)"), (4, "@tensorflow/tfjs.train.adam(learningRate=)")}
    assert said("a.js", text, "argument") == given


def test_javascript_options_by_the_name_of_a_variable():
    text = "import * as tf from '@tensorflow/tfjs';\nlearn = (model) => model.fit(x, y, {\n  batchSize,\n  epochs,\n  callbacks: [one, two],\n  each: ({three, four}) => five,\n});\n"
    assert said("a.js", text, "argument") == {
        (line, f"@tensorflow/tfjs.model().fit({key}=)")
        for line, key in ((3, "batchSize"), (4, "epochs"), (5, "callbacks"), (6, "each"))
    }


SECRETS = {
    "a.py": 'import pg\npg.connect(password="s3cret", token=["s3cret"], api_key="s3cret", url="https://u:s3cret@h")\n',
    "a.R": 'library(DBI)\ndbConnect(drv, password = "s3cret", host = "s3cret", dsn = c("s3cret"))\n',
    "a.js": 'import {Client} from "pg";\nnew Client({password: "s3cret", apiKey: "s3cret", url: "https://u:s3cret@h"});\n',
}


@pytest.mark.parametrize("path", SECRETS)
def test_secrets_and_places_are_not_kept(path):
    values = {value for _, value in said(path, SECRETS[path], "argument")}
    assert any("password=)" in value for value in values)  # that there is one may be known
    assert not any("s3cret" in value for value in values)


ADDRESSED = {
    "a.R": 'd <- fromJSON("{}")\n',
    "a.jl": 'using JSON\nd = JSON.parse("{}")\n',
    "A.scala": 'val d = get("{}")\n',
    "A.java": 'String d = get("{}");\n',
    "a.js": 'const d = fetch("{}");\n',
}


@pytest.mark.parametrize("path", ADDRESSED)
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://api.weather.example.net/v1?key=s3cret", "api.weather.example.net"),
        ("https://s3cret@api.weather.example.net/v1", ""),
        ("https://someone:s3cret@api.weather.example.net/v1", ""),
        ("https://twitter.com/share", ""),
    ],
)
def test_hosts_without_what_opens_them(path, address, kept):
    found = said(path, ADDRESSED[path].replace("{}", address), "data")
    assert {value for _, value in found} == ({kept} if kept else set())


def test_what_an_address_asks_for_is_not_kept():
    text = 'import pandas as pd\npd.read_csv("https://u:s3cret@h.example/x.csv?token=s3cret.csv")\n'
    assert said("a.py", text, "data") == {(2, "x.csv")}


def test_language_counts_code_only():
    (language,) = [
        fact for fact in read("A.java", "/* a\nb */\n\nclass A {}\n// c\nint x; // d\n") if fact.kind == "language"
    ]
    assert (language.value, language.line, language.count) == ("java", 4, 2)


SAMPLES = {
    "a.sql": "select a\nfrom b\njoin c\n",
    "a.R": "library(dplyr)\nmutate(d)\nsolve(a)\n",
    "a.scala": "import a.b.C\n/*\nimport d.e.F */ import x.y.Z\n",
    "a.js": "import * as tf from 'tf'\ntf.a({b: 1,\nc: 2})\n",
    "docker-compose.yml": "services:\n  a:\n    image: postgres:15\n  b:\n    image: redis\n",
    "requirements.txt": "numpy==1.0\npandas\n",
    ".github/workflows/a.yml": "steps:\n  - uses: actions/checkout@v4\n  - run: pytest -q\n",
    "a.Rmd": "```{r}\nsolve(a)\nsvd(a)\n```\n",
}


@pytest.mark.parametrize("path", SAMPLES)
def test_lines_speak_for_themselves(path):
    """What a line says does not depend on which others are asked for: a law of every reader."""
    text = SAMPLES[path]

    def told(wanted):
        return {
            (fact.kind, fact.value, fact.line)
            for fact in read(path, text, wanted)
            if fact.kind not in {"language", "file"}
        }

    parts = set().union(*(told([index]) for index in range(text.count("\n"))))
    assert told(None) == parts
    assert parts
    assert read(path, text, []) == []


def test_names_of_readers_are_their_own():
    assert {name: reader.name for name, reader in readers().items()} == {name: name for name in readers()}


HOSTILE = ['"' * 60_000, "'" * 60_000, "`" * 60_000, "/*" * 30_000, "(" * 60_000, "{" * 60_000, " " * 60_000 + "x", "a." * 30_000,
           "-" * 60_000, "#" * 60_000, "```{r}\n" * 8_000, "import " * 9_000, "select " * 9_000, "a = b(" * 9_000, "\n" * 60_000,
           "x: y\n" * 12_000, "f(a=1,\n" * 9_000, '"a": "1",\n' * 6_000, "/*\n" * 20_000, "<script src=" * 5_000]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["a.R", "a.Rmd", "a.sql", "a.scala", "a.jl", "a.go", "a.rs", "a.cpp", "a.lua", "a.js", "a.ts", "a.html", "a.tf", "a.sh", "Dockerfile",
     "docker-compose.yml", ".github/workflows/a.yml", "requirements.txt", "pyproject.toml", "package.json", "environment.yml", "pom.xml",
     "build.sbt", "DESCRIPTION", "setup.cfg", "a.yaml", "Makefile", "tox.ini"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(path):
    reader = reader_for(path)
    start = time.process_time()
    for text in HOSTILE:
        for shape in (
            text,
            text.replace(" ", "\n"),
            "\n".join(text[at : at + 3_000] for at in range(0, len(text), 3_000)),
        ):
            reader.open(shape.encode(), path, frozenset()).facts(None)
    assert time.process_time() - start < 20  # about one second; a quadratic pattern takes minutes


JVM_STRINGS = {
    "a stream of Spark": ("A.scala", 'spark.readStream.format("kafka").load()\n', {(1, "format(1=kafka)")}),
    "a file of Spark": ("A.scala", 'spark.read.format("csv").load()\n', set()),
    "a query": ("A.scala", 'val d = spark.sql("SELECT a FROM b")\n', {(1, "select")}),
    "a query of an option": (
        "A.scala",
        'd.option("query", "SELECT a FROM b")\nd.option("dbtable", "(SELECT a FROM b) t")\nd.option("dbtable", "orders")\n',
        {(1, "select"), (2, "select")},
    ),
    "a query below": ("A.scala", 'spark.sql(s"""\n  |SELECT a FROM b\n""")\n', {(2, "select")}),
    "a statement of JDBC": ("A.java", 's.executeUpdate("INSERT INTO a VALUES (1)");\n', {(1, "insert")}),
    "a query of Cassandra": ("A.scala", 'import com.datastax.driver.core._\ns.execute("SELECT a FROM b")\n', set()),
    "words": ("A.java", 'log.info("SELECT a FROM b"); run("select one");\n', set()),
    "in a comment": ("A.scala", '// spark.sql("SELECT a FROM b")\n', set()),
    "a table written": (
        "A.scala",
        'df.write\n  .mode("append")\n  .format("jdbc")\n  .save()\nspark.read.format("jdbc").load()\n',
        {(3, "format(1=jdbc)"), (3, "write.format(1=jdbc)"), (5, "format(1=jdbc)")},
    ),
    "a table written in a form told elsewhere": (
        "A.scala",
        'df.write\n  .format(form)\n  .option("dbtable", table)\n  .save()\nspark.read.format(form).option("dbtable", table)\n',
        {(3, "write.format(1=jdbc)")},
    ),
    "methods of frames": (
        "A.java",
        'import org.apache.spark.sql.Row;\ndf.write().mode("x").jdbc(u, t, p);\nd.na().fill(0);\nd.write().parquet(p);\n',
        {(2, "write.format(1=jdbc)"), (3, "missing-values"), (4, "format(1=parquet)")},
    ),
    "structured texts of frames": (
        "A.scala",
        ('import org.apache.spark.sql.functions._\nspark.read.option("rowTag", "a").format("xml").load(p)\nd.select(from_json(c, s))\n'
        'd.write.json(p)\nto_json(c)\n'),
        {(2, "format(1=xml)"), (3, "format(1=json)"), (4, "format(1=json)"), (5, "format(1=json)")},
    ),
    "structured texts elsewhere": ("A.scala", "reply.json(x)\nfrom_json(c)\n", set()),
    "topics": (
        "A.scala",
        'val TOPIC_NAME = "stock-price"\nval ordersTopic: String = "shop.orders"\nd.option("subscribe", "bus_rides")\nval topic = "orders"\n',
        {(1, "stock-price"), (2, "shop.orders"), (3, "bus_rides")},
    ),
    "methods elsewhere": ("A.java", "d.na().fill(0);\nx.isNotNull();\n", set()),
    "a file of data": ("A.scala", 'val d = spark.read.csv("in/orders.csv")\n', {(1, "orders.csv")}),
    "an address": ("A.java", 'String u = "jdbc:postgresql://db/shop";\n', {(1, "postgresql")}),
}  # fmt: skip


@pytest.mark.parametrize("case", JVM_STRINGS)
def test_strings_handed_to_calls_of_the_jvm(case):
    path, text, expected = JVM_STRINGS[case]
    assert said(path, text, "sql", "argument", "structure", "data") == expected
