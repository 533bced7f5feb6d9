"""Which module names are a repository's own, seen from one of its folders.

Python finds `import NAME` first beside the script, then in the folders it is run from, then among installed
packages; a plain folder (without `__init__.py`) never wins over an installed package. So a file or package
beside or above the importing file, or at the root of the tree (or of its `src`), is the project's own
whatever it is called. What lies elsewhere is its own only when the name is not that of a library: a lesson
`examples/keras.py` does not make `import keras` elsewhere a first-party one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENDINGS = (".py", ".pyx", ".pyi")
_SOURCE_ROOTS = frozenset({"src", "lib", "python", "source"})
_MOST_NAMES = 50_000
_MOST_KEPT = 512

_LIBRARIES = frozenset(
    """
    aiohttp airflow altair anthropic azure bentoml bokeh boto3 bs4 cassandra catboost celery click confluent_kafka
    cv2 cvxpy dagster dash dask datasets dbt deepspeed django docker duckdb elasticsearch evaluate fastai fastapi
    feast flask flax gensim geopandas google gradio great_expectations grpc gym gymnasium h5py hypothesis imblearn
    jax joblib kafka keras kfp langchain lightgbm lightning luigi matplotlib mlflow mxnet nibabel nltk numba numpy
    onnx onnxruntime openai optuna pandas peft pika PIL plotly polars prefect psycopg2 pyarrow pydantic pydicom
    pymc pymongo pyspark pytest pytorch_lightning ray redis requests scipy scrapy seaborn selenium shap skimage
    sklearn spacy sqlalchemy starlette statsmodels streamlit surprise sympy tensorboard tensorflow theano
    tokenizers torch torchaudio torchtext torchvision tornado tqdm transformers tweepy typer uvicorn wandb xarray
    xgboost yaml yfinance
    """.split()  # noqa: SIM905 - a table of words
)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


class OwnModules:
    """First-party module names of a tree, from the paths of its files."""

    def __init__(self, paths: Iterable[str]) -> None:
        modules = [path for path in paths if path.endswith(_ENDINGS)]
        packages = {_folder(path) for path in modules if path.rpartition("/")[2] == "__init__.py"}
        packages.discard("")  # the root is where things are run from, whatever lies in it
        self._beside: dict[str, set[str]] = {}
        self._anywhere: set[str] = set()
        for path in modules[: _MOST_NAMES * 4]:
            self._add(path, packages)
        self._kept: dict[str, frozenset[str]] = {}
        known = _LIBRARIES | sys.stdlib_module_names
        self._anywhere = {name for name in self._anywhere if name not in known}
        self._shared = frozenset(self._anywhere | self._beside.get("", set()))

    def _add(self, path: str, packages: set[str]) -> None:
        folder, _, base = path.rpartition("/")
        name = base.rpartition(".")[0]
        if name == "__init__":
            folder, _, name = folder.rpartition("/")
        if not name:
            return
        while folder in packages:  # inside a package imports are absolute: only the outermost one is found
            self._anywhere.add(name)
            folder, _, name = folder.rpartition("/")
        self._name(folder, name)
        while folder:  # folders without __init__.py above it can be named too, but shadow nothing
            folder, _, name = folder.rpartition("/")
            self._anywhere.add(name)

    def _name(self, folder: str, name: str) -> None:
        if not name or len(self._anywhere) > _MOST_NAMES:
            return
        self._anywhere.add(name)
        root = folder
        while root and root.rpartition("/")[2] in _SOURCE_ROOTS:
            root = _folder(root)
        for place in {folder, root}:
            self._beside.setdefault(place, set()).add(name)

    def seen_from(self, path: str) -> frozenset[str]:
        """Names that are first-party for the file at `path`."""
        folder = _folder(path)
        found = self._kept.get(folder)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            names: set[str] = set()
            place = folder
            while place:
                names |= self._beside.get(place, set())
                place = _folder(place)
            found = self._shared | names if names - self._shared else self._shared
            self._kept[folder] = found
        return found
