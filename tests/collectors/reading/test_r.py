"""R: packages, functions found through what is attached, data, SQL, tests and intervals; chunks of R Markdown and Quarto."""

from __future__ import annotations

import pytest

from tests.collectors.reading.languages import read, said

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
    "a connection of a sourced file": (
        "con <- dbConnect(SQLite(), 'a')\ndbWriteTable(con, 'b', d)\nd <- fread('a')\np <- tq_get('A')\n",
        {
            (1, "DBI::dbConnect"),
            (1, "RSQLite::SQLite"),
            (2, "DBI::dbWriteTable"),
            (3, "data.table::fread"),
            (4, "tidyquant::tq_get"),
        },
    ),
    "telling and long": ("control <- trainControl(number = 5)\n", {(1, "caret::trainControl")}),
    "packages in a list": (
        "wanted.packages <- c('caret',\n  \"pROC\")\nlapply(wanted.packages, library, character.only = TRUE)\nroc(a, b)\n",
        {(3, "base::lapply"), (4, "pROC::roc")},
    ),
    "packages in a loop": ("for (p in c('pROC')) library(p, character.only = TRUE)\nauc(a)\n", {(2, "pROC::auc")}),
    "packages by an own loader": (
        "get_it <- function(p) {\n  if (!require(p, character.only = TRUE)) install.packages(p)\n}\nget_it('caret')\nget_it(c('pROC', 'boot'))\ntrain(x)\nauc(a)\n",
        {(6, "caret::train"), (7, "pROC::auc")},
    ),
    "many packages": (
        "library(mvtnorm)\nlibrary(DEGreport)\nx <- rmvnorm(9)\ndegPatterns(m)\n",
        {(3, "mvtnorm::rmvnorm"), (4, "DEGreport::degPatterns")},
    ),
    "packages in a vector": (
        "needed <- c('caret', 'pROC')\nfor (p in needed) library(p, character.only = TRUE)\nauc(a)\n",
        {(3, "pROC::auc")},
    ),
    "words in a vector": (
        "needed <- c('caret', 'b', 'c')\nfor (p in needed) library(p, character.only = TRUE)\ntrain(a)\n",
        set(),
    ),
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
    text = 'library(caret)\nm <- train(\n  y ~ x,\n  method = "rf",\n  trControl = trainControl(number = 5)\n)\nd <- read.csv("in/heart.csv")\nq <- dbGetQuery(con, "select a from b join c")\ndata(iris)\nf <- read_csv("https://github.com/someone/stocks/raw/main/all.csv")\n'
    assert {(4, "caret::train(method=)"), (4, "caret::train(method=rf)"), (5, "caret::train(trControl=)"), (5, "caret::trainControl(number=)")} <= said("a.R", text, "argument")  # fmt: skip
    assert (5, "caret::train(number=)") not in said("a.R", text, "argument")
    assert said("a.R", text, "data") == {(7, "heart.csv"), (9, "iris"), (10, "all.csv"), (10, "stocks")}
    assert said("a.R", text, "sql") == {(8, "select"), (8, "join")}


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
    "tests of features": (
        "library(feasts)\nd |> features(x, ljung_box)\n",
        {"fabletools::features", "feasts::ljung_box"},
    ),
    "an optimiser": ("m |> setup(optimizer = optim_adam)\n", {"torch::optim_adam"}),
    "an own optimiser": ("optim_adam <- function(p) p\nm |> setup(optimizer = optim_adam)\n", set()),
    "no argument": ("optim_adam <- 1\nx <- y + ljung_box\n", set()),
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


def test_predictions_of_apps():
    asks = "p <- predict(model, d)\n"
    assert ("prediction-in-app" in {value for _, value in said("server.R", asks, "structure")}) is True
    assert ("prediction-in-app" in {value for _, value in said("a.R", "library(shiny)\n" + asks, "structure")}) is True
    assert not said("a.R", asks, "structure")


def test_documents_that_run_as_apps():
    asks = "---\nruntime: shiny_prerendered\n---\n\n```{r}\np <- predict(model, d)\n```\n"
    assert "prediction-in-app" in {value for _, value in said("a.Rmd", asks, "structure")}
    assert not said("a.Rmd", asks.replace("runtime: shiny_prerendered", "title: shiny"), "structure")
