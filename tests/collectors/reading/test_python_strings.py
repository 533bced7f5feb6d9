"""Which words of an argument are kept: options, and nothing that could be private."""

from __future__ import annotations

import ast

import pytest

from collectors.reading.python_strings import options
from data.models import FactKind
from tests.collectors.reading.reading import read, values


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        pytest.param("f(optimizer='adam')", ("adam",), id="an option"),
        pytest.param("f(metrics=['accuracy', 'AUC'])", ("accuracy", "AUC"), id="a list of options"),
        pytest.param("f(strategy='most_frequent')", ("most_frequent",), id="with an underline"),
        pytest.param("f(dtype='float32')", ("float32",), id="with digits"),
        pytest.param("f(how='left outer join')", (), id="prose"),
        pytest.param("f(api_key='sk-abcdef')", (), id="a key"),
        pytest.param("f(password='hunter')", (), id="a password"),
        pytest.param("f(author_email='me@example.org')", (), id="an address by its keyword"),
        pytest.param("f(to='me@example.org')", (), id="an address by its form"),
        pytest.param("f(author='Ada')", (), id="a person"),
        pytest.param("f(host='db.internal')", (), id="a machine"),
        pytest.param("f(mode='a81f02c94be7')", (), id="what looks random"),
        pytest.param("f(title='Sales')", (), id="a caption"),
    ],
)
def test_options(call, kept):
    keyword = ast.parse(call, mode="eval").body.keywords[0]
    assert options(keyword.arg, keyword.value) == kept


ADDRESSES = {
    "engine": ("create_engine('sqlite:///shop.db')", {"sqlite://"}),
    "with driver, user and secret": ("sa.create_engine('postgresql+psycopg2://a:s3cret@host/db')", {"postgresql+psycopg2://"}),
    "with fields": ("create_engine(f'mysql://{user}:{secret}@{host}')", {"mysql://"}),
    "client": ("MongoClient(host='mongodb+srv://a:b@host')", {"mongodb+srv://"}),
    "default of a setting": ("os.getenv('DATABASE_URL', 'postgresql://localhost')", {"postgresql://"}),
    "store of a tracking server": ("mlflow.set_tracking_uri('sqlite:///mlflow.db')", set()),
    "its setting": ("os.getenv('MLFLOW_TRACKING_URI', 'sqlite:///mlflow.db')", set()),
    "of a scheduler": ("os.getenv('PREFECT_API_DATABASE_CONNECTION_URL', 'sqlite:///p.db')", set()),
    "kept under the name of a database": ("DATABASE_URL = 'sqlite:///a.db'", {"sqlite://"}),
    "kept in an attribute": ("self.db_url = f'mysql://{user}@{host}'", {"mysql://"}),
    "kept under a key": ("app.config['SQLALCHEMY_DATABASE_URI'] = 'postgresql://a:b@host'", {"postgresql://"}),
    "declared": ("class S:\n    db_url: str = 'postgresql://host'", {"postgresql://"}),
    "kept for a tracker": ("MLFLOW_DB_URI = 'sqlite:///m.db'", set()),
    "kept under any name": ("where = 'sqlite:///m.db'", set()),
    "page": ("connect('https://host')", set()),
    "said, not opened": ("print('sqlite:///shop')", set()),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDRESSES)
def test_schemes_of_addresses_that_are_opened(case):
    text, expected = ADDRESSES[case]
    assert {value for value in values(read(text), FactKind.DATA) if "://" in value} == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("pd.read_csv('in/Ecommerce Purchases')", {"Ecommerce Purchases"}, id="without an ending"),
        pytest.param("pd.read_csv('in/sales.csv')", {"sales.csv"}, id="with one, once"),
        pytest.param("pd.read_csv('in/power_use.txt')", {"power_use.txt"}, id="with one of text"),
        pytest.param("pd.read_csv('in/power_use.x9')", set(), id="with one that nobody knows"),
        pytest.param("pd.read_json('[1]')", set(), id="no name"),
        pytest.param("open('in/Ecommerce Purchases')", set(), id="any file"),
        pytest.param("d = '../input/heart-disease/'", {"heart-disease"}, id="folder of a data set"),
        pytest.param("d = '/kaggle/input/birdclef-2023/a.csv'", {"birdclef-2023", "a.csv"}, id="folder and file"),
        pytest.param("d = 'src/input/parser.py'", set(), id="any folder"),
        pytest.param("get('https://api.coingecko.com/v3/a')", {"api.coingecko.com"}, id="host of an interface"),
        pytest.param("get('https://github.com/a/b')", set(), id="host of a forge"),
        pytest.param("get('https://me:secret@api.shop.io/a')", set(), id="host behind a secret"),
        pytest.param("get('https://api.shop.io/a.csv')", {"a.csv"}, id="file at a host"),
        pytest.param(
            "get('https://raw.githubusercontent.com/me/covid-19-data/main/a.csv')",
            {"a.csv", "covid-19-data"},
            id="file of a forge",
        ),
        pytest.param("load_mnist('t')", {"mnist"}, id="own loader of a known set"),
        pytest.param("load_settings('t')", set(), id="own loader of anything"),
        pytest.param("gzip.open('train-images-idx3-ubyte.gz')", {"train-images-idx3-ubyte.gz"}, id="images of digits"),
    ],
)
def test_names_of_files_that_are_read(call, expected):
    found = [fact for fact in read(call) if fact.kind is FactKind.DATA]
    assert {fact.value for fact in found} == expected
    assert all(fact.count == 1 for fact in found)


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        pytest.param("d['age']", {"age"}, id="one"),
        pytest.param("d[['age', 'fare']]", {"age", "fare"}, id="a list"),
        pytest.param("d.loc[:, ['age']]", {"age"}, id="by label"),
        pytest.param("d.loc[3, 'age']", {"age"}, id="of a row"),
        pytest.param("{'age': 3}['age'], [['age', 'fare']]", set(), id="of no library's"),
    ],
)
def test_columns_that_are_asked_for(use, expected):
    found = values(read(f"import pandas as pd\nd = pd.read_sql(q, c)\n{use}"), FactKind.DATA)
    assert found == expected


BOOSTING = {
    "parameters of LightGBM": ("import lightgbm", "{'metric': 'auc', 'num_leaves': 31}", {"lightgbm.train(metric=)",
                               "lightgbm.train(metric=auc)", "lightgbm.train(num_leaves=)"}),
    "of XGBoost": ("import xgboost", "{'eval_metric': 'auc', 'max_depth': 3}", {"xgboost.train(eval_metric=)",
                   "xgboost.train(eval_metric=auc)", "xgboost.train(max_depth=)"}),
    "of a library that is not there": ("import numpy", "{'metric': 'auc', 'num_leaves': 31}", set()),
    "something else": ("import lightgbm", "{'metric': 'auc', 'colour': 'red'}", set()),
    "called": ("import xgboost", "dict(eval_metric='auc', max_depth=3)", {"xgboost.train(eval_metric=)",
               "xgboost.train(eval_metric=auc)", "xgboost.train(max_depth=)"}),
    "something else called": ("import xgboost", "dict(name='auc', max_depth=3)", set()),
    "set later": ("import xgboost", "made()\np['scale_pos_weight'] = 3", {"xgboost.train(scale_pos_weight=)"}),
    "asked for": ("import xgboost", "made()\nq = p['scale_pos_weight']", set()),
    "set of no library": ("import numpy", "made()\np['scale_pos_weight'] = 3", set()),
}  # fmt: skip


@pytest.mark.parametrize("case", BOOSTING)
def test_parameters_in_a_dictionary(case):
    imported, text, expected = BOOSTING[case]
    assert values(read(f"{imported}\np = {text}"), FactKind.ARGUMENT) == expected


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("s.read.option('query', 'select a from b').load()", True, id="at once"),
        pytest.param("q = 'select a from b'\ns.read.option('dbtable', q).load()", True, id="by a name"),
        pytest.param("s.read.option('header', 'select a from b')", False, id="another option"),
    ],
)
def test_queries_in_options_of_a_reader(text, seen):
    assert ("select" in values(read(text), FactKind.SQL)) is seen


COMMANDS = {
    "system": ("os.system('gcloud compute instances stop x')", {"shell:gcloud"}),
    "with fields": ("os.system(f'aws s3 cp {a} {b}')", {"shell:aws"}),
    "list": ("subprocess.run(['docker', 'build', path])", {"shell:docker"}),
    "by its path": ("subprocess.run(['/opt/bin/duckdb', path, '-c', query])", {"shell:duckdb"}),
    "module": ("subprocess.check_call([sys.executable, '-m', 'pytest'])", {"shell:pytest"}),
    "after another": ("subprocess.Popen('cd app && streamlit run app.py', shell=True)", {"shell:streamlit"}),
    "name given late": ("os.system('{} compute'.format(tool))", set()),
    "run by something else": ("session.run(query)", set()),
    "said, not run": ("print('gcloud auth login')", set()),
    "another word": ("os.system('clear')", set()),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_commands_handed_to_the_system(case):
    text, expected = COMMANDS[case]
    assert {value for value in values(read(text), FactKind.STRUCTURE) if value.startswith("shell:")} == expected


def test_a_competition_that_a_command_fetches_is_data():
    text = "os.system('kaggle competitions download -c store-sales')"
    assert "store-sales" in values(read(text), FactKind.DATA)


NAMED = {
    "an experiment": ("mlflow.set_experiment('churn-prediction')", {"churn-prediction"}),
    "a service, which may come before its data": ("FastAPI(title='Credit default', version='1')", set()),
    "features": ("FeatureView(name='fraud_7d', ttl=day)", {"fraud_7d"}),
    "a table of features": ("BigQuerySource(table='a.b.fraud')", {"fraud.table"}),
    "a table that is written": ("frame.write.saveAsTable('shop.sales')", {"sales.table"}),
    "a plot": ("plt.title('Churn')", set()),
}


@pytest.mark.parametrize("case", NAMED)
def test_what_things_are_named_after_their_subject(case):
    text, expected = NAMED[case]
    assert values(read(text), FactKind.DATA) == expected


MADE_ADDRESSES = {
    "named": ("sqlalchemy.URL.create(drivername='postgresql+psycopg2', host=h)", {"postgresql+psycopg2://"}),
    "first": ("URL.create('mysql', host=h)", {"mysql://"}),
    "older": ("URL('sqlite', database=d)", {"sqlite://"}),
    "of something else": ("Shop.create('mysql')", set()),
    "no database": ("URL.create('https')", set()),
}


@pytest.mark.parametrize("case", MADE_ADDRESSES)
def test_addresses_put_together(case):
    text, expected = MADE_ADDRESSES[case]
    assert values(read(text), FactKind.DATA) == expected
