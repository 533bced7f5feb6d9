"""What the process that answers must never need."""

import subprocess
import sys

PAGES = """
import sys
from pathlib import Path
from dashboard.app import create_app
from dashboard.answers import answer
from data.settings import Settings
from data.store import Store
from data.taxonomy import load_taxonomy

path = Path(sys.argv[1])
with Store.open(path) as store:
    settings = Settings(home=path.parent, database_url=f"sqlite:///{path}")
    site = create_app(settings, store, taxonomy=load_taxonomy()).site
    for page in sys.argv[2:]:
        with site.app.server.test_request_context(page):
            shown, _, _ = answer(site, *page.split("?"))
        assert shown.found, page
        assert "pandas" not in sys.modules, f"{page} imports pandas"
"""
ASKED = (
    "/?", "/?from=2024-01-01", "/growth?", "/next?", "/compare?", "/corrections?", "/learning?", "/community?",
    "/area/mathematics?", "/skill/python?", "/skill/matrix-decomposition?", "/technologies?", "/technology/numpy?",
    "/projects?", "/project/1?", "/sources?", "/method?", "/share?",
)  # fmt: skip
SHARED = """
import sys
from pathlib import Path
from dashboard.app import create_app
from dashboard.exports.formats import FORMATS
from data import drafts, sharing
from data.choosing import Choice, chosen_link
from data.settings import Settings
from data.store import Store
from data.taxonomy import load_taxonomy

path, taxonomy = Path(sys.argv[1]), load_taxonomy()
with Store.open(path) as store:
    link, token = sharing.create(store, chosen_link(store, taxonomy, Choice("Engineer", all_public=True)))
    key = drafts.keep(store, drafts.Draft(link, "Ada"))
    settings = Settings(home=path.parent, database_url=f"sqlite:///{path}")
    client = create_app(settings, store, taxonomy=taxonomy).server.test_client()
    files = [f"/share/export/{link.id}/{each.id}" for each in FORMATS if each.is_there(None) and each.id != "pdf"]
    shown = [place.format(token) for place in ("/p/{}", "/p/{}/preview.png", "/badge/{}/all.svg", "/card/{}.svg")]
    for place in (*shown, f"/share/preview/{key}", *files):
        assert client.get(place, headers={"Host": "localhost"}).status_code == 200, place
        for module in ("pandas", "pyarrow"):
            assert module not in sys.modules, f"{place} imports {module}"
"""


def test_pages_do_without_pandas(filled_store, tmp_path):
    """It takes 30 MB of a web worker; frames are for whoever asks for frames."""
    path = filled_store.engine.url.database
    command = [sys.executable, "-c", PAGES, path, *ASKED]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_is_shared_does_without_pandas(own_store, tmp_path):
    path = own_store.engine.url.database
    command = [sys.executable, "-c", SHARED, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr[-2000:]
