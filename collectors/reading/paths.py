"""Which paths are nobody's own writing: vendored, generated, minified, built, or a committed environment.

Decided by name alone, so that such files are never read. What linguist and GitHub leave out of their
statistics, and the environments and run folders that data-science repositories commit by accident.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDERS = frozenset(
    """
    node_modules bower_components jspm_packages web_modules site-packages dist-packages
    vendor vendors vendored third_party third-party thirdparty 3rdparty 3rd_party extern external externals
    godeps pods carthage .venv venv virtualenv .virtualenv virtualenvs .conda .pixi __pypackages__
    .tox .nox .eggs __pycache__ .ipynb_checkpoints .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache
    .git .hg .svn .terraform .terragrunt-cache .serverless .aws-sam cdk.out .yarn .pnpm-store .next .nuxt
    .svelte-kit .angular .parcel-cache .gradle .ivy2 .metals .bloop .bsp dist htmlcov lcov-report _site _book site_libs
    _static libs_js htmlwidgets dbt_packages dbt_modules mlruns lightning_logs .zenml .meltano
    .renku packrat rsconnect .rproj.user reveal.js mathjax ckeditor tinymce ace-builds bower_modules
    """.split()  # noqa: SIM905 - sixty words read better than sixty strings
)
_FOLDER_ENDS = (".egg-info", ".dist-info", ".egg", ".framework", ".xcodeproj", ".xcassets")
# several parts: told by what follows a name that is innocent alone
_PLACES = re.compile(
    r"(?:^|/)(?:"
    r"(?:env|[^/]{0,40}env|anaconda3?|miniconda3?)/(?:lib(?:64)?/python|lib/site|scripts/activate|conda-meta/|bin/activate)"
    r"|lib(?:64)?/python[23]\.\d{1,2}/"
    r"|build/(?:lib|temp|bdist|static|_deps)(?:[./]|$)"
    r"|renv/(?:library|staging|sandbox|python|activate\.r$)"
    r"|target/(?:classes|scala-|debug|release|streams|generated)"
    r"|dbt[^/]{0,40}/target/|(?:^|/)target/(?:compiled|run)/"
    r"|docs?/(?:_build|_site|api/generated|build/html)/"
    r"|project/target/|\.vscode-test/|\.idea/libraries/|wwwroot/lib/|wandb/(?:run-|latest-run|offline-run)|\.dvc/(?:cache|tmp)/"
    r"|[^/]{1,80}_files/(?:libs|figure-html|mediabag|[a-z][\w-]{0,40}-\d[\w.]{0,20})/"
    r"|libs?/[a-z][\w.]{0,60}-\d[\w.]{0,20}/"
    r"|assets/(?:index|vendor|main|app|chunk)[.-][\w-]{8}\.(?:js|mjs|css)$"
    r")"
)
_NAMES = re.compile(  # builds name what they make by its content
    r"(?:"
    r"[^/]*[.-](?:min|bundle|chunk|umd|esm\.min|prod\.min)\.(?:js|mjs|cjs|css)"
    r"|[^/]*[.-](?=[a-f]{0,20}\d)(?=\d{0,20}[a-f])[0-9a-f]{8,20}(?:\.(?:chunk|bundle|min))?\.(?:js|mjs|css)"
    r"|(?:jquery|bootstrap|d3|angular|vue|react(?:-dom)?|lodash|underscore|modernizr|moment|mathjax|plotly|highlight|prism|require"
    r"|knockout|backbone|ember|three|chart|popper|select2|datatables|socket\.io|tf|p5|katex|leaflet|echarts)"
    r"(?:[-.](?:v?\d[\w.]*|slim|all|full|pack|core|production|development))+\.js"
    r"|(?:jquery|d3|bootstrap|knockout|raphael|html5shiv|mootools|underscore)\.js|[^/]*\.generated\.[a-z]+|[^/]*_generated\.[a-z]+|[^/]*\.gen\.(?:go|ts|js|rs)"
    r"|[^/]*_pb2(?:_grpc)?\.pyi?|[^/]*\.pb(?:\.gw)?\.(?:go|cc|h)|[^/]*_grpc_pb\.js|[^/]*_pb\.(?:js|d\.ts)"
    r"|versioneer\.py|_version\.py|parsetab\.py|lextab\.py|ez_setup\.py|get-pip\.py|ipython_config\.py"
    r"|gradlew|mvnw|rcppexports\.(?:r|cpp)|[^/]*\.d\.ts|[^/]*\.designer\.cs"
    r"|pkgdown\.js|docsearch\.js|bootstrap-toc\.js|gitbook\.js|doctools\.js|searchtools\.js|searchindex\.js|language_data\.js|documentation_options\.js|sphinx_highlight\.js|websupport\.js|underscore-[\d.]+\.js"
    r")"
)
_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta/history", "bin/activate_this.py")
_OF_ENVIRONMENTS = ("bin/", "etc/", "include/", "lib/", "lib64/", "man/", "share/", "Include/", "Lib/", "Scripts/")


@lru_cache(maxsize=65_536)
def is_left_out(path: str) -> bool:
    """Nobody's own writing, by path (forward slashes, any case)."""
    low = path.lower()
    folders, _, name = low.rpartition("/")
    if folders and (
        not _FOLDERS.isdisjoint(parts := folders.split("/")) or any(part.endswith(_FOLDER_ENDS) for part in parts)
    ):
        return True
    return _NAMES.fullmatch(name) is not None or ("/" in low and _PLACES.search(low) is not None)


def environments(tree: Iterable[str]) -> tuple[str, ...]:
    """Beginnings of paths that are committed environments, by the files that mark them.

    Of an environment that venv made only its own folders: people do write their programs beside them.
    """
    found: set[str] = set()
    for path in tree:
        for mark in _ENVIRONMENT_MARKS:
            if path.endswith("/" + mark):
                folder = path[: -len(mark)]
                found.update([folder] if mark.startswith("conda") else [folder + part for part in _OF_ENVIRONMENTS])
    return tuple(sorted(found))
