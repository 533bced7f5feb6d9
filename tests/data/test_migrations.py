import shutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from data import database, migrations, schema
from data.errors import NotUsable, StoreTooNew
from data.store import Store
from tests.data.building import batch, commit, fact, rows


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "store.sqlite"


def test_migrations_make_the_schema(store):
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": schema.metadata}
        )
        assert compare_metadata(context, schema.metadata) == []


def test_revisions_form_one_line():
    revisions = migrations.revisions()
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]


def test_opening_again_changes_nothing(path):
    Store.open(path).close()
    before = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == before


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{next}", "{last}"

def upgrade():
    with op.batch_alter_table("projects") as batch:  # SQLite has to make the table anew
        batch.alter_column("name", new_column_name="title", existing_type=sa.Text())
        batch.add_column(sa.Column("rating", sa.Integer(), nullable=False, server_default="3"))
    {more}
"""


LAST = migrations.revisions()[-1]
NUMBER = f"{int(LAST) + 1:04d}"


@pytest.fixture
def later(tmp_path):
    """The migrations of a later version: a folder with one more."""

    def make(more=""):
        folder = shutil.copytree(migrations.FOLDER, tmp_path / "later", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / f"{NUMBER}_next.py").write_text(NEXT.format(more=more, next=NUMBER, last=LAST))
        return folder

    return make


def test_old_store_is_upgraded_with_all_its_rows(store, later):
    store.save_batch(store.add_account("git", "/home/me"), batch(commit("a", fact("numpy.dot"))))
    before = rows(store, skip=("settings", "projects"))
    migrations.upgrade(store.engine, later())
    assert rows(store, skip=("settings", "projects")) == before
    with store.reading() as connection:
        assert connection.execute(text("SELECT title, rating FROM projects")).all() == [("me/one", 3)]
        assert migrations.revision_of(connection) == NUMBER
    with store.writing() as connection:
        connection.execute(text("DELETE FROM projects"))
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar() == 0  # foreign keys are on again


def test_failed_upgrade_changes_nothing(store, later):
    store.save_batch(store.add_account("git", "/home/me"), batch(commit("a", fact("numpy.dot"))))
    before = rows(store)
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(store.engine, later("1 / 0"))
    assert rows(store) == before
    with store.reading() as connection:
        assert migrations.revision_of(connection) == LAST


def test_newer_store_is_refused_and_unchanged(path):
    with Store.open(path) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=r"newer version of Skillfolio .*9999.*Update Skillfolio"):
        Store.open(path)
    assert path.read_bytes() == before


def test_database_of_something_else_is_refused(path):
    engine = database.open_engine(database.store_url(path), create=True)
    with database.writing(engine) as connection:
        connection.execute(text("CREATE TABLE photos (id INTEGER)"))
    engine.dispose()
    with pytest.raises(NotUsable, match="something else"):
        Store.open(path)


def test_text_file_is_refused_and_unchanged(path):
    path.parent.mkdir()
    path.write_text("dear diary " * 100)
    with pytest.raises(NotUsable, match="not a store"):
        Store.open(path)
    assert path.read_text() == "dear diary " * 100


def test_damaged_store_is_refused_and_unchanged(path):
    Store.open(path).close()
    whole = path.read_bytes()
    damaged = whole[:4096] + b"\xff" * (len(whole) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(NotUsable, match=r"malformed.*left as it is"):
        Store.open(path)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("text", [b"x" * 40, b"", b"\0" * 5_000])
def test_cut_store_is_refused_or_empty(path, text):
    Store.open(path).close()
    path.write_bytes(path.read_bytes()[: 5_000 - len(text)] + text)
    with pytest.raises(NotUsable, match="store"):
        Store.open(path)


def test_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotUsable, match="SKILLFOLIO_HOME"):
        Store.open(tmp_path / "file" / "store.sqlite")


def test_full_store_is_told_and_whole(path):
    with Store.open(path) as store:
        with store.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.commit()
        with pytest.raises(NotUsable, match=r"full.*Make room"):
            store.set_setting("long", "x" * 100_000)
        assert store.setting("long") is None


def test_defect_of_ours_is_no_sentence(path):
    with (
        Store.open(path) as store,
        pytest.raises(OperationalError, match="no such table"),
        store.reading() as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere"))


def test_no_store_is_made_unasked(path):
    with pytest.raises(NotUsable, match="no store at"):
        Store.open(path, create=False)
    assert not path.parent.exists()


def test_store_is_private_to_its_owner(path):
    with Store.open(path) as store:
        store.set_setting("a", 1)
        files = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert files.pop("store.sqlite") == 0o600
    assert set(files.values()) <= {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_folder_of_others_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    Store.open(tmp_path / "store.sqlite").close()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_path_with_percent_and_spaces_opens(tmp_path):
    Store.open(tmp_path / "100% mine" / "st ore.sqlite").close()


@pytest.mark.parametrize(
    ("address", "backend"),
    [
        ("store.sqlite", "sqlite"),
        ("sqlite:////var/lib/store.sqlite", "sqlite"),
        ("postgres://me:pw@db/skills", "postgresql+psycopg"),
        ("postgresql://me@db/skills?sslmode=require", "postgresql+psycopg"),
        ("postgresql+psycopg://db/skills", "postgresql+psycopg"),
    ],
)
def test_store_url_knows_common_writings(address, backend):
    assert database.store_url(address).drivername == backend


@pytest.mark.parametrize("address", ["mysql://db/x", "sqlite://", "sqlite:///:memory:", "://"])
def test_store_url_refuses(address):
    with pytest.raises(NotUsable):
        database.store_url(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request, tmp_path):
    """An engine on a database without any table."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        engine = database.open_engine(database.store_url(server.make("skillfolio_first", "template0")), create=False)
        yield engine
        engine.dispose()
        server.drop("skillfolio_first")
        return
    engine = database.open_engine(database.store_url(tmp_path / "store.sqlite"), create=True)
    database.use_write_ahead_log(engine)
    yield engine
    engine.dispose()


def test_first_store_becomes_one_of_today(nothing, tmp_path):
    first = shutil.copytree(
        migrations.FOLDER, tmp_path / "first", ignore=shutil.ignore_patterns("__pycache__", "000[2-9]*")
    )
    migrations.upgrade(nothing, first)
    when = "2024-01-01 00:00:00+00:00"
    account = (
        f"(person_id, source, handle, options, added) VALUES (1, 'git', '/code', '{{\"public\": true}}', '{when}')"
    )
    counts = "'done', 3, 3, '{}', '{\"activities\": 7}'"
    run = f"(account_id, state, started, step, done, total, budget, counts) VALUES (1, 'done', '{when}', {counts})"
    with database.writing(nothing) as connection:
        for row in ("persons (name) VALUES ('me')", f"accounts {account}", f"runs {run}"):
            connection.exec_driver_sql(f"INSERT INTO {row}")
    with Store.open(nothing.url.render_as_string(hide_password=False)) as store:
        (account,) = store.accounts()
        assert (account.handle, account.options, account.schedule) == ("/code", {"public": True}, "")
        (run,) = store.runs()
        assert (run.state, run.counts, run.queued) == ("done", {"activities": 7}, False)
        with store.reading() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "target_metadata": schema.metadata}
            )
            assert compare_metadata(context, schema.metadata) == []
