"""What lines of configurations and scripts name: images, data, where it is kept, what is made."""

from __future__ import annotations

import pytest

from collectors.reading.speaking import image_name
from tests.collectors.reading.speaking_files import read, said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("python", "python"),
        ("python:3.11", "python"),
        ("docker.io/library/python:3", "python"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b"),
        ("a/b@sha256:0123", "a/b"),
        ("ghcr.io/a/b-c:v1.2", "ghcr.io/a/b-c"),
        ("123456.dkr.ecr.us-east-1.amazonaws.com/app:latest", "123456.dkr.ecr.us-east-1.amazonaws.com/app"),
        ("0", ""),
        ("", ""),
    ],
)
def test_image_name(text, name):
    assert image_name(text) == name


NAMES_DATA = {
    "  source_URL: https://www.kaggle.com/api/v1/datasets/download/someone/heart-disease": "heart-disease",
    "url: 'https://www.kaggle.com/competitions/store-sales/data'": "store-sales",
    "train: data/train.parquet": "train.parquet",
    "- path: raw/creditcard.csv": "creditcard.csv",
    'uri: "s3://bucket/trips.csv?version=1"': "trips.csv",
    "source: https://example.com/raw/winequality-data.zip": "winequality-data.zip",
}
NAMES_NO_DATA = [
    "url: https://www.kaggle.com/code/someone/a-notebook",
    "local: artifacts/data.zip",
    "path: ${data}/raw.csv",
    "message: read trips.csv first",
    "model: model.pkl",
    "ending: .csv",
]


@pytest.mark.parametrize("path", ["config/config.yaml", "params.yaml", "data/raw.dvc"])
@pytest.mark.parametrize("line", NAMES_DATA)
def test_a_configuration_names_data(path, line):
    assert said(path, line, "data") == {(1, NAMES_DATA[line])}


@pytest.mark.parametrize("line", NAMES_NO_DATA)
def test_other_values_are_no_data(line):
    assert said("config/config.yaml", line, "data") == set()


REMOTES = {
    "bucket": ("['remote \"data\"']\n    url = s3://shop/data\n", {"remote:s3"}),
    "bucket of Google": ("['remote \"data\"']\n    url = gs://shop\n", {"remote:gs"}),
    "bucket of nobody's cloud": (
        "['remote \"data\"']\n    url = s3://dvc\n    endpointurl = https://example.com/s3\n",
        set(),
    ),
    "drive": ("['remote \"data\"']\n    url = gdrive://abc\n", set()),
}


@pytest.mark.parametrize("case", REMOTES)
def test_where_data_is_kept(case):
    text, expected = REMOTES[case]
    assert {value for _, value in said(".dvc/config", text, "structure")} == expected


TARGETS = {
    "optimizer": ("_target_: torch.optim.Adam", ("symbol", "python", "torch.optim.Adam")),
    "callback": (
        "  _target_: 'lightning.pytorch.callbacks.EarlyStopping'",
        ("symbol", "python", "lightning.pytorch.callbacks.EarlyStopping"),
    ),
    "sweeper": ("  - override hydra/sweeper: optuna", ("structure", "", "manifest:hydra-sweep")),
    "own class": ("_target_: shop.models.Net", None),
    "logger of a template": ("_target_: lightning.pytorch.loggers.wandb.WandbLogger", None),
    "plain sweeper": ("  - override hydra/sweeper: basic", None),
}


@pytest.mark.parametrize("case", TARGETS)
def test_what_a_configuration_makes(case):
    line, expected = TARGETS[case]
    facts = {(str(fact.kind), fact.language, fact.value) for fact in read("configs/model.yaml", line)}
    assert facts == ({expected} if expected else set())


FETCHED = [
    "kaggle datasets download -d someone/heart-disease -p data",
    "kaggle datasets download --unzip someone/heart-disease",
    "curl -L -o data.zip https://www.kaggle.com/api/v1/datasets/download/someone/heart-disease",
]


@pytest.mark.parametrize("line", FETCHED)
def test_a_script_names_the_data_it_brings(line):
    assert said("get.sh", line, "data") == {(1, "heart-disease")}
    assert said("Makefile", f"\t{line}", "data") == {(1, "heart-disease")}
    assert said("get.sh", f"# {line}", "data") == set()


DOWNLOADED = {
    "wget https://files.example.org/movielens/ml-100k.zip -P data": {(1, "ml-100k.zip")},
    "curl -sL 'https://example.org/a/train.csv?raw=1' -o b.csv": {(1, "train.csv")},
    "wget https://example.org/Miniconda3-latest.sh": set(),
    "wget https://example.org/a/x.csvs": set(),
}


@pytest.mark.parametrize("line", DOWNLOADED)
def test_what_a_script_downloads(line):
    assert said("get.sh", line, "data") == DOWNLOADED[line]
