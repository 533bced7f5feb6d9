"""What string constants of Python code say: SQL handed to a database, names of data that is read, options."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from collectors.reading import python_sql
from collectors.reading.addresses import host, kept_in
from collectors.reading.options import LONGEST_OPTION, is_option
from collectors.reading.speaking import commands
from data.models import FactKind

_LONGEST_DATA = 80
_LONGEST_COLUMN = 40
_MOST_TEXTS = 20

_DATABASE_CALLS = frozenset(
    """
    read_sql read_sql_query execute executemany executescript execute_sql exec_driver_sql sql text query
    mogrify fetch fetchrow fetchval fetch_all fetch_one read_gbq read_database read_database_uri run_query
    query_df get_pandas_df get_df get_records raw_sql create_table_as select_sql option
    copy_expert sql_query sql_update query_and_wait query_dataframe query_arrow query_np execute_async execute_string
    execute_query run_sql get_first
    """.split()  # noqa: SIM905 - words read better than strings
)
_STATEMENT_OPTIONS = frozenset({"query", "dbtable"})  # `spark.read.option("query", …)`
_STATEMENT_KEYWORDS = frozenset({"sql", "query", "statement", "stmt", "bql", "sqlQuery"})
_DATA_ENDS = tuple(
    """
    .csv .tsv .xls .xlsx .mat .npy .npz .wav .nii .nii.gz .dcm .sav .dta .dat .shp .tif .edf .json .jsonl
    .hdf5 .arff .data .gpkg .parquet .feather .geojson .csv.gz .csv.zip -ubyte -ubyte.gz
    """.split()  # noqa: SIM905 - words read better than strings
)
_LAST_PART = re.compile(r"[^/\\{}\n]{5,80}\Z")
_DATA_CALLS = frozenset(
    """
    load_dataset load_dataset_builder fetch_openml fetch_mldata load_data fetch_ucirepo dataset_download
    dataset_download_files get_rdataset
    competition_download_files competition_download dataset_load load_from_hub DataReader DAG dag
    KafkaConsumer AIOKafkaConsumer
    set_experiment create_experiment
    FeatureView FeatureService OnDemandFeatureView StreamFeatureView BigQuerySource RedshiftSource SnowflakeSource
    to_gbq to_sql saveAsTable insertInto
    """.split()  # noqa: SIM905 - words read better than strings
)
_TABLE_CALLS = frozenset(
    {"BigQuerySource", "RedshiftSource", "SnowflakeSource", "to_gbq", "to_sql", "saveAsTable", "insertInto"}
)
_RUNNING = frozenset(
    """
    system popen run call check_call check_output Popen getoutput getstatusoutput create_subprocess_shell
    create_subprocess_exec
    """.split()  # noqa: SIM905 - words read better than strings
)
_LONGEST_COMMAND = 400
_READS = frozenset({"read_csv", "read_table", "read_excel", "read_parquet", "read_json", "read_feather"})
_BUNDLED = frozenset(
    """
    iris wine digits diabetes breast_cancer boston linnerud california_housing 20newsgroups
    20newsgroups_vectorized covtype kddcup99 lfw_people lfw_pairs olivetti_faces rcv1
    species_distributions mldata titanic penguins airline rossi lung waltons larynx
    mnist fashion_mnist emnist kmnist cifar10 cifar100 svhn
    """.split()  # noqa: SIM905 - words read better than strings
)
_DATA_KEYWORDS = frozenset(
    """
    name path dataname dataset_name dag_id experiment_name table destination_table
    """.split()  # noqa: SIM905 - words read better than strings
)
_OPENING = frozenset(
    """
    connect connect_async create_engine create_async_engine create_pool engine_from_config from_url MongoClient
    AsyncIOMotorClient AsyncMongoClient Database read_database_uri read_sql from_uri
    """.split()  # noqa: SIM905 - words read better than strings
)
_ENVIRONMENT = frozenset({"getenv", "get"})
_OF_DATABASE = re.compile(  # never the store that a tracker or a scheduler keeps for itself
    r"\A(?!\w*(?:MLFLOW|TRACKING|OPTUNA|PREFECT|AIRFLOW|DAGSTER|ZENML))"
    r"\w*(?:DATABASE|DB|SQL|POSTGRES|PG|MONGO|REDIS|BROKER|CELERY|ENGINE|CONN)",
    re.IGNORECASE,
)
_OF_DATA_SET = re.compile(r"(?:kaggle|data_?set)(?!\w*(?:path|dir|folder|file|root|ur[il]))", re.IGNORECASE)
_OF_TOPIC = re.compile(r"topic(?:_?name|_?id)?\Z", re.IGNORECASE)
_TOPIC = re.compile(r"[a-z]{3,30}(?:[._-][a-z]{2,30}){1,5}")  # two words or more
_SLUG = re.compile(r"[\w.-]{2,60}/([\w.-]{3,80})")
_INPUT = re.compile(r"(?:\A|/)(?:kaggle|\.\.)/input/([A-Za-z0-9][\w.-]{2,79})(?:/|\Z)")
_BOOSTING = frozenset(
    """
    objective metric eval_metric boosting boosting_type booster num_leaves max_depth learning_rate eta subsample
    colsample_bytree feature_fraction bagging_fraction bagging_freq min_child_weight min_child_samples
    min_data_in_leaf scale_pos_weight is_unbalance lambda_l1 lambda_l2 reg_alpha reg_lambda num_class tree_method
    n_estimators early_stopping_rounds loss_function od_type l2_leaf_reg
    """.split()  # noqa: SIM905 - words read better than strings
)
_ONLY_BOOSTING = frozenset({"scale_pos_weight", "is_unbalance", "auto_class_weights"})
_FEWEST_PARAMETERS = 2
_SCHEME = re.compile(
    r"(?:sqlite|postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|duckdb|snowflake|bigquery|mssql|oracle|clickhouse|amqps?|"
    r"neo4j|bolt|cassandra|redshift|trino|hive|databricks)(?:\+[a-z0-9_]{1,20})?://"
)
_COLUMN = re.compile(r"[A-Za-z][\w %/().-]{1,39}")


def short_texts(node: ast.expr) -> tuple[str, ...]:
    """Short string constants an argument holds: itself, or those of its list or tuple."""
    parts = node.elts[:_MOST_TEXTS] if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return tuple(
        [
            part.value
            for part in parts
            if isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and 0 < len(part.value) <= LONGEST_OPTION
            and part.value.isprintable()
        ]
    )


def options(keyword: str, node: ast.expr) -> tuple[str, ...]:
    """The words that an argument chooses among, such as `metrics=["accuracy"]`; nothing that could be private."""
    return tuple(text for text in short_texts(node) if is_option(keyword, text))


def column(text: str) -> str:
    """The text when it reads like the name of a column, else ""."""
    return text if len(text) <= _LONGEST_COLUMN and _COLUMN.fullmatch(text) else ""


_TEXT_ENDS = frozenset({"txt", "text", "asc", "log"})
CHOOSE_FIRST = frozenset({"format", "load", "load_metric", "compile", "pipeline", "create_model", "setMetricName"})
"""Calls whose first argument chooses among options: `stream.format("kafka")`, `evaluate.load("f1")`."""


def columns(index: ast.expr) -> list[tuple[int, str]]:
    """(line, name) of columns that a subscript asks for: `["a"]`, `[["a", "b"]]`, `.loc[:, ["a"]]`."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    asked = [item for part in parts for item in (part.elts if isinstance(part, ast.List) else [part])]
    return [
        (item.lineno - 1, item.value)
        for item in asked
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and column(item.value)
    ]


def boosting(node: ast.Dict | ast.Call) -> list[tuple[int, str, tuple[str, ...]]]:
    """(line, key, options) of the parameters for a gradient boosting library that `{…}` or `dict(…)` holds."""
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "" for key in node.keys]
        values = node.values
    else:
        keys = [keyword.arg or "" for keyword in node.keywords]
        values = [keyword.value for keyword in node.keywords]
    if len(_BOOSTING.intersection(keys)) < _FEWEST_PARAMETERS:
        return []
    items = zip(keys, values, strict=True)
    return [(value.lineno - 1, key, options(key, value)) for key, value in items if key.isidentifier()]


def boosting_set(node: ast.Subscript) -> str:
    """The parameter that `params["scale_pos_weight"] = 3` sets and no other library's parameter is called, else ""."""
    index = node.slice
    if not isinstance(node.ctx, ast.Store) or not isinstance(index, ast.Constant) or index.value not in _ONLY_BOOSTING:
        return ""
    return str(index.value)


@dataclass(slots=True)
class Strings:
    """Found in one piece; lines are 0-based within it."""

    sql: list[tuple[int, str]] = field(default_factory=list)  # (line, feature) handed to a database call
    loose_sql: list[tuple[int, str]] = field(default_factory=list)  # surely SQL, its use not seen here
    data: list[tuple[int, str]] = field(default_factory=list)  # (line, file or data set)
    shell: list[tuple[int, FactKind, str]] = field(default_factory=list)  # what a command handed to the system runs
    _read: set[int] = field(default_factory=set)  # constants that a call has spoken for

    def told(self) -> list[tuple[int, FactKind, str]]:
        """All that needs nothing of other pieces."""
        found = [(line, FactKind.DATA, name) for line, name in self.data]
        if self.sql:
            found += [(line, FactKind.SQL, name) for line, name in self.sql]
        return found + self.shell

    def call(self, name: str, node: ast.Call) -> None:
        """Ask before the arguments are read one by one."""
        if name in _DATABASE_CALLS:
            self._statement(node)
        if name in _RUNNING and node.args:
            self._command(node.args[0])
        if name in _OPENING or (name in _ENVIRONMENT and _is_of_database(node)):
            self._address(node)
        if name in ("URL", "create"):
            self._driver(node)
        if name in _DATA_CALLS or (name in ("load", "builder") and _of_tensorflow(node.func)):
            named = [keyword.value for keyword in node.keywords if keyword.arg in _DATA_KEYWORDS]
            for argument in (*node.args[:1], *named):
                for text in short_texts(argument):
                    told = f"{text.rpartition('.')[2]}.table" if name in _TABLE_CALLS else text.rpartition("/")[2]
                    self._data(argument.lineno - 1, told)
            return
        if name in _READS and node.args:
            self._without_ending(node.args[0])
        verb, _, bundled = name.partition("_")
        if verb in ("load", "fetch") and bundled in _BUNDLED:
            self._data((node.func.end_lineno or node.lineno) - 1, bundled)

    def _command(self, node: ast.expr) -> None:
        """Keep the tools that a command names: `system("gcloud …")`, `run(["docker", "build"])`."""
        parts = node.elts[:_MOST_TEXTS] if isinstance(node, ast.List | ast.Tuple) else [node]
        words = [_word(part) for part in parts]
        if words and words[0].startswith(("/", "./")):
            words[0] = words[0].rpartition("/")[2]  # /usr/bin/aws
        line = " ".join(words)[:_LONGEST_COMMAND].partition("\n")[0]
        self.shell += [(node.lineno - 1, kind, value) for kind, value in commands(line)]

    def _without_ending(self, node: ast.expr) -> None:
        """Keep the name of a file that is read although its ending, if any, is not one of data."""
        for text in short_texts(node):
            name = text.rpartition("/")[2]
            stem, dot, ending = name.rpartition(".")
            if (column(name) and not dot) or (column(stem) and ending.lower() in _TEXT_ENDS):
                self._data(node.lineno - 1, name)

    def _address(self, node: ast.Call) -> None:
        """Keep the scheme of an address that is opened; the rest holds users, secrets and hosts."""
        for argument in (*node.args, *[keyword.value for keyword in node.keywords]):
            literal = _literal(argument)
            if literal is not None:
                self._scheme(literal)

    def _driver(self, node: ast.Call) -> None:
        """Keep the scheme that an address is put together of: `URL.create("postgresql+psycopg2", host=…)`."""
        maker = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        if not _name_of(maker).endswith("URL"):
            return
        named = [keyword.value for keyword in node.keywords if keyword.arg == "drivername"]
        for argument in (*node.args[:1], *named):
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                scheme = _SCHEME.fullmatch(f"{argument.value}://")
                if scheme is not None:
                    self._data(argument.lineno - 1, scheme[0])

    def _scheme(self, literal: ast.Constant | ast.JoinedStr) -> None:
        scheme = _SCHEME.match(text_of(literal))
        if scheme is not None:
            self._data(literal.lineno - 1, scheme[0])

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """Keep the scheme of an address that is kept under the name of a database (`DB_URL`, `c["SQL_URI"]`).

        Of `owner/name` under the name of a data set (`KAGGLE_DATASET`) keep the name, and that of a topic of Kafka.
        """
        literal = _literal(value)
        if literal is None:
            return
        name = _name_of(target)
        if _OF_DATABASE.match(name) is not None:
            self._scheme(literal)
        elif _OF_DATA_SET.search(name) is not None and (slug := _SLUG.fullmatch(text_of(literal))):
            self._data(literal.lineno - 1, slug[1])
        elif _OF_TOPIC.search(name) is not None and _TOPIC.fullmatch(text_of(literal)):
            self._data(literal.lineno - 1, text_of(literal))

    def _statement(self, node: ast.Call) -> None:
        handed = [keyword.value for keyword in node.keywords if keyword.arg in _STATEMENT_KEYWORDS] or node.args[:1]
        if node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in _STATEMENT_OPTIONS:
            handed = node.args[1:2]
        for argument in handed:
            literal = _literal(argument)
            if literal is None:
                continue
            text = text_of(literal)
            if python_sql.starts_statement(text):
                self._read.add(id(literal))
                self.sql += _placed(literal, text)

    def constant(self, node: ast.Constant | ast.JoinedStr) -> None:
        text = text_of(node)
        if text[-12:].lower().endswith(_DATA_ENDS):
            found = _LAST_PART.search(text[-_LONGEST_DATA:])
            if found is not None:
                self._data(node.lineno - 1, found[0].strip())
            if text.startswith("http") and (kept := kept_in(text)):
                self._data(node.lineno - 1, kept)
        elif text.startswith("http") and (source := host(text)):
            self._data(node.lineno - 1, source)
        if "/input/" in text[:_LONGEST_DATA]:
            folder = _INPUT.search(text)
            if folder is not None:
                self._data(node.lineno - 1, folder[1])
        if len(text) > 12 and id(node) not in self._read and python_sql.surely_statement(text):  # noqa: PLR2004 - shorter is no statement
            self.loose_sql += _placed(node, text)

    def _data(self, line: int, name: str) -> None:
        name = name.partition("?")[0]  # what an address asks for may hold a token
        if name and len(name) <= _LONGEST_DATA and name.isprintable():
            self.data.append((line, name))


def _of_tensorflow(func: ast.expr) -> bool:
    """Whether it is `tfds.…`, as everybody calls tensorflow_datasets."""
    return isinstance(func, ast.Attribute) and getattr(func.value, "id", "") in ("tfds", "tensorflow_datasets")


def _name_of(node: ast.expr) -> str:
    """The last name of a target: of `a`, `b.a`, `b["a"]`."""
    if isinstance(node, ast.Subscript):
        return text_of(node.slice) if isinstance(node.slice, ast.Constant) else ""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_of_database(node: ast.Call) -> bool:
    """Whether it is `getenv("DATABASE_URL", …)` or the like."""
    return any(_OF_DATABASE.match(text) is not None for text in short_texts(node.args[0])) if node.args else False


def _literal(node: ast.expr) -> ast.Constant | ast.JoinedStr | None:
    """The string that an expression begins with: itself, `a + b`, `a % b`, `a.format(…)`, `text(a)`."""
    for _ in range(20):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return node
        if isinstance(node, ast.BinOp):
            node = node.left
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("format", "strip")
        ):
            node = node.func.value
        else:
            return None
    return None


def _word(node: ast.expr) -> str:
    """One word of a command, `{}` where it is not written there."""
    literal = _literal(node)
    if literal is None:
        return "python" if isinstance(node, ast.Attribute) and node.attr == "executable" else "{}"
    return text_of(literal)


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The text, with `{}` for each field of an f-string."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join([text_of(part) if isinstance(part, ast.Constant) else "{}" for part in node.values])


def _placed(node: ast.Constant | ast.JoinedStr, text: str) -> list[tuple[int, str]]:
    """Features on their own lines where the literal shows its lines, else on its first."""
    first, span = node.lineno - 1, (node.end_lineno or node.lineno) - node.lineno
    exact = span == text.count("\n")
    return [(first + (offset if exact else 0), feature) for offset, feature in python_sql.features(text)]
