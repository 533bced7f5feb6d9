"""Languages besides Python: each case is a text and what its lines must say; the near misses say nothing."""

from __future__ import annotations

import time

import pytest

from collectors.reading import reader_for, readers
from tests.collectors.reading.languages import read, said

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
    "what a network of Deeplearning4j is told": (
        "A.java",
        "import org.deeplearning4j.nn.A;\nb.l2(1e-4).list();\nc.l3(1);\n",
        {(1, "org.deeplearning4j.nn.A"), (2, "org.deeplearning4j.nn.conf.NeuralNetConfiguration.Builder.l2")},
    ),
    "what another builder is told": ("A.java", "import org.other.A;\nb.l2(1e-4).list();\n", {(1, "org.other.A")}),
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
    "javascript from inside a package": (
        "a.js",
        "import brain from 'brain.js/src/index';\nimport 'chart.js/auto';\nimport '@tensorflow/tfjs/dist';\n",
        {(1, "brain.js"), (2, "chart.js/auto"), (3, "@tensorflow/tfjs")},
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
    "r by a variable": ("a.R", "library(p, character.only = TRUE)\nlibrary('sf', character.only = T)\n", {(2, "sf")}),
    "terraform": ("a.tf", 'provider "aws" {\n}\n# provider "google" {}\n', {(1, "aws")}),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_imports(name):
    path, text, expected = IMPORTS[name]
    assert said(path, text, "import") == expected


def test_a_lock_of_terraform_is_no_table():
    table = 'resource "aws_dynamodb_table" "{}" {{\n  hash_key = "{}"\n}}\n'
    text = table.format("lock", "LockID") + table.format("orders", "Order") + 'resource "aws_s3_bucket" "LockID" {\n}\n'
    assert said("a.tf", text, "symbol") == {(4, "aws_dynamodb_table"), (7, "aws_s3_bucket")}


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
    "a layer in Julia": (
        "a.jl",
        "mutable struct Dropout <: Layer\n  p::Float64\nend\nfunction forward(self::Dropout, x)\n  x * self.p\nend\n",
        {(1, "class:Dropout")},
    ),
    "a library's layer in Julia": ("a.jl", "struct ConvBlock\n  c\nend\n(m::ConvBlock)(x) = m.c(x)\n", set()),
    "a short form with a default": (
        "a.jl",
        "accuracy(b, x, y, t = 0.5) = sum((b .>= t) .== y)\n",
        {(1, "function:accuracy")},
    ),
    "what a page takes in": (
        "a.js",
        "const p = c.getImageData(0, 0, 2, 2);\nconst a = new AudioContext();\n// decodeAudioData\n",
        {(1, "pixels-read"), (2, "sound-read")},
    ),
    "a class with no training": ("a.js", "class Network {\n  predict(x) {\n    return x;\n  }\n}\n", set()),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_by_hand(name):
    path, text, expected = WRITTEN[name]
    assert said(path, text, "structure") == expected


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
    "what is asked on the next line": (
        "select a\nfrom\n    {schema}.drug_exposure d\ninner join\n    clients\nwhere\n    x\n",
        {(3, "drug_exposure.table"), (5, "clients.table")},
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
    "a collection written": (
        "A.scala",
        'df.write\n  .option("uri", uri)\n  .format("com.mongodb.spark.sql")\n  .save()\n',
        {(3, "format(1=com.mongodb.spark.sql)"), (3, "write.format(1=com.mongodb.spark.sql)")},
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
    "a model of Spark that is loaded": (
        "A.scala",
        "import org.apache.spark.ml.PipelineModel\nval m = PipelineModel.load(p)\nval n = Model.loaded(p)\n",
        {(2, "loaded-model")},
    ),
    "another model that is loaded": ("A.scala", "import a.ShopModel\nval m = ShopModel.load(p)\n", set()),
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
