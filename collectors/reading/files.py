"""Readers of files that speak by their name: containers, CI, pipelines, tools, manifests, infrastructure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading import python_sql
from collectors.reading.code import HASH, Code, CodeReader, Found, each
from collectors.reading.document import plain
from collectors.reading.speaking import (
    LIMIT,
    SpeakingDocument,
    commands,
    compose_commands,
    connectors,
    data_sets,
    environment_commands,
    from_lines,
    hooks,
    images,
    manifests,
    remotes,
    steps,
    tables,
    targets,
)
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from collectors.reading.document import Document
    from collectors.reading.speaking import Said

_CLIENTS = r"\b(?:psql|mysql|mariadb|sqlite3|duckdb|sqlcmd|snowsql|beeline|trino|clickhouse-client|bq\s++query)\b"
_CLIENT = re.compile(_CLIENTS)
_OF_STATEMENTS = re.compile(r"\b(?:select|insert|create|update|delete|copy|grant|alter|drop)\s", re.IGNORECASE)
_HANDED = re.compile(
    _CLIENTS + r"[^|;]{0,300}?"
    r"[\"']\s*+((?:select|insert|create|update|delete|copy|grant|alter|drop|with)\s[^\"']{4,300})",
    re.IGNORECASE,
)
_OF_SERVERS = re.compile(r"CREATE\s++(?:DATABASE|USER|ROLE|SCHEMA)\s++\S|GRANT\s++[A-Z, ]{3,60}\bON\s", re.IGNORECASE)
_CONTAINERS = re.compile(
    r"(?:^|/)(?:(?:dockerfile|containerfile)(?:[._-][\w.-]*)?|[\w.-]+\.(?:dockerfile|containerfile))$", re.IGNORECASE
)
_NOT_CONTAINERS = re.compile(r"\.(?:md|txt|rst|png|sh|py|ya?ml|json|j2)$", re.IGNORECASE)
_COMPOSE = re.compile(
    r"(?:^|/)(?:docker-)?compose(?:[._-][\w.-]*)?\.ya?ml$|(?:^|/)docker-compose[\w.-]*\.ya?ml$", re.IGNORECASE
)
_CI = re.compile(
    r"(?:^|/)(?:\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml|\.github/actions/.+/action\.ya?ml|action\.ya?ml"
    r"|\.circleci/[^/]+\.ya?ml|circle\.yml|[\w-]*\.gitlab-ci(?:\.[\w.-]+)?\.ya?ml|\.gitlab/ci/.+\.ya?ml|\.travis\.ya?ml"
    r"|\.?azure-pipelines[\w.-]*\.ya?ml|\.azure-pipelines/.+\.ya?ml|\.azuredevops/.+\.ya?ml"
    r"|cloudbuild[\w.-]*\.ya?ml|bitbucket-pipelines\.ya?ml|\.buildkite/.+\.ya?ml|\.drone\.ya?ml|\.?appveyor\.ya?ml"
    r"|buildspec[\w.-]*\.ya?ml|\.woodpecker(?:/.+)?\.ya?ml|\.cirrus\.ya?ml|\.semaphore/.+\.ya?ml|wercker\.ya?ml"
    r"|\.tekton/.+\.ya?ml|codefresh\.ya?ml|\.harness/.+\.ya?ml|jenkinsfile(?:[._-][\w.-]+)?|[\w.-]+\.jenkinsfile"
    r"|\.teamcity/.+\.(?:kts|xml|ya?ml))$",
    re.IGNORECASE,
)
_HOOKS = re.compile(r"(?:^|/)\.pre-commit-(?:config|hooks)\.ya?ml$", re.IGNORECASE)
_TABLES = re.compile(
    r"(?:^|/)(?:tox\.ini|\.?ruff\.toml|mypy\.ini|\.mypy\.ini|pytest\.ini|\.?pylintrc|\.flake8|\.isort\.cfg|\.coveragerc"
    r"|\.pycodestyle|\.bandit)$"
)
_NAMED = re.compile(
    r"(?:^|/)(?:mlproject|mlmodel|dvc\.yaml|dvc\.lock|params\.ya?ml|\.dvcignore|[\w.-]+\.dvc"
    r"|\.editorconfig|\.pylintrc\.toml|pyrightconfig\.json|\.style\.yapf|\.yapfrc|\.pydocstyle"
    r"|\.pyre_configuration|\.lintr|_lintr|\.eslintrc(?:\.\w+)?|eslint\.config\.\w+|\.prettierrc(?:\.\w+)?"
    r"|prettier\.config\.\w+|biome\.jsonc?|tslint\.json|tsconfig\.json|\.golangci\.(?:ya?ml|toml)|\.?rustfmt\.toml"
    r"|\.?clippy\.toml|\.clang-format|\.clang-tidy|\.scala(?:fmt|fix)\.conf|scalastyle-config\.xml|checkstyle\.xml"
    r"|\.juliaformatter\.toml|\.rubocop\.ya?ml|\.sqlfluff|\.hadolint\.ya?ml|\.markdownlint\.\w+|\.yamllint(?:\.ya?ml)?"
    r"|sonar-project\.properties|\.codeclimate\.ya?ml|\.?codecov\.ya?ml|\.coveralls\.ya?ml|jest\.config\.\w+"
    r"|vitest\.config\.\w+|karma\.conf\.js|cypress\.(?:json|config\.\w+)|playwright\.config\.\w+|behave\.ini"
    r"|testthat\.r|renovate\.json5?|\.github/dependabot\.ya?ml|\.github/codeowners|codeowners|dbt_project\.ya?ml"
    r"|profiles\.ya?ml|packages\.ya?ml|great_expectations\.ya?ml|feature_store\.ya?ml|prefect\.ya?ml"
    r"|dagster\.ya?ml|workspace\.ya?ml|airflow\.cfg|airflow_settings\.ya?ml|metaflow\.cfg|meltano\.ya?ml"
    r"|kedro\.ya?ml|\.kedro\.ya?ml|nextflow\.config|luigi\.cfg|bentofile\.ya?ml|cog\.ya?ml|cortex\.ya?ml"
    r"|config\.pbtxt|serve_config\.ya?ml|model-config\.ya?ml|cml\.ya?ml|wandb-sweep\.ya?ml|sweep\.ya?ml"
    r"|\.devcontainer\.json|\.devcontainer/.*devcontainer\.json|vagrantfile|procfile|vercel\.json|netlify\.toml"
    r"|fly\.toml|render\.ya?ml|heroku\.ya?ml|railway\.(?:json|toml)|app\.ya?ml|serverless\.ya?ml|samconfig\.toml"
    r"|cdk\.json|pulumi\.ya?ml|skaffold\.ya?ml|tiltfile|helmfile\.ya?ml|kustomization\.ya?ml|chart\.ya?ml"
    r"|values[\w.-]*\.ya?ml|prometheus\.ya?ml|alertmanager\.ya?ml|databricks\.ya?ml|ray[\w-]*cluster[\w-]*\.ya?ml"
    r"|\.streamlit/config\.toml|rsconnect-python/.+|\.readthedocs\.ya?ml|mkdocs\.ya?ml|_quarto\.ya?ml"
    r"|_bookdown\.ya?ml|_pkgdown\.ya?ml|_config\.ya?ml|_targets\.ya?ml|\.bumpversion\.cfg|\.releaserc(?:\.\w+)?"
    r"|release-please-config\.json|\.czrc|commitlint\.config\.\w+|\.gitattributes|\.gitmodules|citation\.cff"
    r"|changelog(?:\.\w+)?|news\.md|alembic\.ini|scrapy\.cfg|snakefile(?:[._-][\w.-]+)?|[\w.-]+\.(?:smk|bicep)"
    r"|\.ebextensions/.+\.config|\.elasticbeanstalk/.+|dockerrun\.aws\.json|appspec\.ya?ml|template\.sam\.ya?ml"
    r"|ansible\.cfg|playbook\.ya?ml|terragrunt\.hcl|chainlit\.md|\.stylelintrc(?:\.\w+)?|renv/settings\.json)$",
    re.IGNORECASE,
)
_REMOTES = re.compile(r"(?:^|/)\.dvc/config$")
_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
_CONNECTORS = re.compile(
    r"(?:^|[/_.-])(?:connect|sink|source|debezium|kafka|cdc)[^/]{0,60}(?:/[^/]{1,60}){0,3}\.(?:json|properties)$",
    re.IGNORECASE,
)
_SPOKEN_FOR = re.compile("|".join(known.pattern for known in (_COMPOSE, _CI, _HOOKS, _NAMED)), re.IGNORECASE)
_MAKE = re.compile(r"(?:^|/)(?:gnu)?makefile$|(?:^|/)(?:justfile|taskfile\.ya?ml|rakefile)$|\.mk$", re.IGNORECASE)
_LONGEST_TABLE = 25  # lines
_RESOURCE = re.compile(r"^\s*+(provider|resource|data)\s++\"([\w-]{1,80})\"")


class SpeakingReader:
    """Takes the paths that `pattern` finds; reads lines with `extractors`, the whole with `whole`."""

    limit = LIMIT
    names: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    def __init__(
        self,
        name: str,
        pattern: re.Pattern[str],
        *extractors: Callable[[str], Iterator[Said]],
        but: re.Pattern[str] | None = None,
        named: bool = True,
        whole: Callable[[list[str]], Iterator[Found]] | None = None,
    ) -> None:
        self.name = name
        self._pattern = pattern
        self._extractors = extractors
        self._but = but
        self._named = named
        self._whole = whole

    def claims(self, path: str) -> bool:
        return self._pattern.search(path) is not None and not (self._but and self._but.search(path))

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> SpeakingDocument:  # noqa: ARG002 - modules are Python's
        return SpeakingDocument(plain(data), path, self._extractors, named=self._named, whole=self._whole)


def _terraform(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    for index, line in each(code, wanted):
        if match := _RESOURCE.match(line):
            if match[2] == "aws_dynamodb_table" and _locks_state(code, index):
                continue
            if match[1] == "provider":
                yield index, FactKind.IMPORT, match[2]
            else:
                yield index, FactKind.SYMBOL, match[2]


def _locks_state(code: Code, index: int) -> bool:
    """Whether a table only keeps two people from changing Terraform's own state at once."""
    for line in code[index + 1 : index + _LONGEST_TABLE]:
        if '"LockID"' in line:
            return True
        if line.startswith("}") or "resource" in line[:8]:
            break
    return False


def _shell(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    asks = _CLIENT.search(code.text) is not None
    for index, line in each(code, wanted):
        for kind, value in (*commands(line.strip()), *images(line), *connectors(line)):
            yield index, kind, value
        if asks and _OF_STATEMENTS.search(line):
            yield from ((index, FactKind.SQL, feature) for feature in _statements(line))


def _statements(line: str) -> Iterator[str]:
    """What SQL a line hands to a database's own client, on its line (`psql -c "select …"`) or between two marks."""
    handed = _HANDED.search(line)
    text = handed[1] if handed is not None else line.strip()
    if _OF_SERVERS.match(text):
        yield "create-database"
    elif python_sql.starts_statement(text) if handed is not None else python_sql.surely_statement(text):
        yield from (feature for _, feature in python_sql.features(text))


READERS = (
    SpeakingReader("containers", _CONTAINERS, commands, but=_NOT_CONTAINERS, whole=from_lines),
    SpeakingReader("compose", _COMPOSE, images, compose_commands),
    SpeakingReader("ci", _CI, images, steps, commands),
    SpeakingReader("hooks", _HOOKS, hooks),
    SpeakingReader("tool-tables", _TABLES, tables, environment_commands),
    SpeakingReader("named", _NAMED, images, commands, data_sets, targets, but=_COMPOSE, whole=manifests),
    SpeakingReader("data-remotes", _REMOTES, whole=remotes),
    SpeakingReader("make", _MAKE, commands),
    # after the others: what any YAML file may turn out to be
    SpeakingReader("connectors", _CONNECTORS, connectors, named=False),
    SpeakingReader(
        "yaml", _YAML, images, data_sets, targets, connectors, but=_SPOKEN_FOR, named=False, whole=manifests
    ),
    CodeReader("terraform", (".tf",), HASH, _terraform),
    CodeReader("shell", (".sh", ".bash", ".zsh", ".slurm", ".sbatch"), HASH, _shell),
)
