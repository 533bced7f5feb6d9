"""Which module names are a repository's own, seen from one of its folders.

Python finds `import NAME` first beside the script, then in the folders it is run from, then among installed
packages; a plain folder (without `__init__.py`) never wins over an installed package. So a file or package
beside or above the importing file, or at the root of the tree (or of its `src`), is the project's own
whatever it is called. What lies elsewhere is its own only when the name is not that of a library: a lesson
`examples/keras.py` does not make `import keras` elsewhere a first-party one. A file never means itself, and one
that is called like a library which nobody writes anew (`models/keras.py`) adapts it: it shadows nothing.
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
    accelerate aiohttp aiokafka airflow albumentations alembic altair anndata anthropic arviz asyncpg autogluon
    azure backtrader bayes_opt beanie bentoml bitsandbytes bokeh boruta boto3 bs4 cartopy cassandra catalyst
    catboost category_encoders causalml ccxt celery chainlit chromadb clearml click clickhouse_driver cmdstanpy
    cohere comet_ml confluent_kafka crewai cudf cuml cv2 cvxopt cvxpy dagster dalex darts dash dask datasets dbt
    deap deepchecks deepspeed detectron2 dgl diffusers django dlt docker dowhy dramatiq dspy duckdb easyocr econml
    elasticsearch emcee evaluate evidently faiss fastai fastapi fastf1 fasttext faust feast featuretools fiona flair
    flask flax flytekit folium fredapi gensim geopandas gluonts google gradio great_expectations groq grpc gym
    gymnasium h2o h5py hamilton happybase holoviews httpx huggingface_hub hvplot hyperopt hypothesis ibis ignite
    igraph imblearn influxdb jax joblib kafka kedro keras kfp lancedb langchain langgraph langsmith librosa
    lifelines lightfm lightgbm lightning litellm llama_index luigi matplotlib mediapipe metaflow minio missingno
    mistralai mlflow mlxtend mne modin monai mongoengine motor mujoco mxnet nats nba_api neo4j neptune networkx
    neuralprophet nfl_data_py nflreadpy nibabel nicegui nltk numba numpy numpyro ollama onnx onnxruntime openai
    optuna ortools osmnx pandas pandas_datareader pandera panel peewee peft pika PIL pinecone plotly pmdarima polars
    praw prefect prophet psycopg psycopg2 pulp pyarrow pybaseball pybullet pycaret pydantic pydicom pydub pygwalker
    pyhive pymc pymongo pymysql pyomo pyproj pyspark pystan pytesseract pytest pytorch_forecasting pytorch_lightning
    qdrant_client rapids rasa rasterio ray rdkit redis redshift_connector reflex requests sacred scanpy scipy scrapy
    seaborn selenium sentence_transformers shap shapely shiny skimage sklearn skopt sktime snowflake soundfile spacy
    spotipy sqlalchemy sqlmesh sqlmodel stable_baselines3 stanza starlette statsbombpy statsforecast statsmodels
    streamlit surprise sweetviz sympy talib tensorboard tensorflow textblob theano timm tokenizers torch
    torch_geometric torchaudio torchmetrics torchtext torchvision tornado tpot tqdm transformers trino trl tsfresh
    tslearn tweepy typer ultralytics uvicorn vaex vectorbt vllm wandb weaviate whylogs wordcloud xarray xgboost yaml
    ydata_profiling yellowbrick yfinance zenml zipline
    """.split()  # noqa: SIM905 - a table of words
)
_NEVER_OWN = frozenset(
    """
    catboost cv2 fastapi gensim gradio jax keras lightgbm matplotlib mlflow networkx nltk numpy optuna pandas plotly
    psycopg2 pymongo pyspark pytorch_lightning scipy seaborn sklearn spacy sqlalchemy statsmodels streamlit sympy
    tensorflow torch torchaudio torchvision transformers wandb xgboost
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
        elif name in _NEVER_OWN:
            return
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
        itself = path.rpartition("/")[2].rpartition(".")[0]
        return found - {itself} if itself in _LIBRARIES and itself in found else found
