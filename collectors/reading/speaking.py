"""Files that speak by their name, and what their lines say: images, CI steps, tools, commands, manifests."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from collectors.reading.document import LONG_LINE, lines_of
from collectors.reading.patterns import compiled
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

Said = tuple[FactKind, str]

LIMIT = 1 << 20
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//)(?![!+])(?:.*+)$")


class SpeakingDocument:
    """A configuration file: the fact of its being there, and what single lines say."""

    def __init__(
        self,
        text: bytes,
        path: str,
        extractors: Iterable[Callable[[str], Iterator[Said]]],
        *,
        named: bool = True,
        whole: Callable[[list[str]], Iterator[tuple[int, FactKind, str]]] | None = None,
        language: str = "",
    ) -> None:
        self.lines = lines_of(text)
        self._path = path
        self._extractors = tuple(extractors)
        self._named = named
        self._whole = whole
        self._language = language

    @cached_property
    def _code(self) -> list[str]:
        texts = (line.decode("utf-8", "replace") if len(line) <= LONG_LINE else b"".decode() for line in self.lines)
        return [_COMMENT.sub("", text) if "#" in text or "//" in text else text for text in texts]

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        indexes = range(len(self.lines)) if wanted is None else sorted(wanted)
        spoken = [index for index in indexes if self._code[index].strip()]
        if not spoken:
            return []
        facts = []
        if self._named:
            facts.append(Fact(FactKind.FILE, self._path, "", self._path, spoken[0] + 1))
        if self._language:
            line = spoken[0] + 1
            facts.append(Fact(FactKind.LANGUAGE, self._language, self._language, self._path, line, len(spoken)))
        for index in spoken:
            for extract in self._extractors:
                facts.extend(
                    Fact(kind, value, "python" if kind is FactKind.SYMBOL else "", self._path, index + 1)
                    for kind, value in extract(self._code[index])
                )
        if self._whole is not None:
            chosen = set(spoken)
            facts.extend(
                Fact(kind, value, "", self._path, index + 1)
                for index, kind, value in self._whole(self._code)
                if index in chosen
            )
        return facts


# ---- images ---------------------------------------------------------------------------------------

_FROM = compiled(r"^\s*+FROM\s++(?:--\w++=\S++\s++)*+([^\s]{1,300})", re.IGNORECASE)
_IMAGE = re.compile(
    r"(?:^|[\s{,-])[\"']?(?:image|container|baseimage|docker_image|dockerImage)[\"']?\s*+[:=]\s*+"
    r"[\"']?([\w./:@-]{1,300})[\"']?\s*+[,}]?\s*+$"
)
_USED_IMAGE = re.compile(r"docker://([\w./:@-]{1,300})|docker\.image\(\s*+[\"']([\w./:@-]{1,300})")
_DOCKER_RUN = compiled(r"\bdocker\s++run\b[^|;&\n]{0,400}?\s([a-z][\w.-]*+(?:/[\w.-]++)*+):[\w.-]++")


def image_name(text: str) -> str:
    """`docker.io/library/python:3.11-slim@sha256:…` → `python`; "" for a variable or a build stage's number."""
    name = text.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    for prefix in ("docker.io/", "index.docker.io/", "registry.hub.docker.com/", "library/"):
        name = name.removeprefix(prefix)
    return "" if not re.fullmatch(r"[a-z0-9][\w./:-]*[a-z]\w*|[a-z][\w./:-]*", name, re.IGNORECASE) else name


def from_lines(code: list[str]) -> Iterator[tuple[int, FactKind, str]]:
    """Base images of a Dockerfile; stages of its own are none."""
    stages: set[str] = {"scratch"}
    for index, line in enumerate(code):
        match = _FROM.match(line)
        if match is None:
            continue
        name = image_name(match[1]) if "$" not in match[1] else ""
        if name and match[1].lower() not in stages:
            yield index, FactKind.IMAGE, name
        words = line.split()
        if len(words) > 2 and words[-2].lower() == "as":  # noqa: PLR2004 - FROM image AS stage
            stages.add(words[-1].lower())


def images(line: str) -> Iterator[Said]:
    if "image" in line.lower() or "container" in line:
        match = _IMAGE.search(line)
        if match and (name := image_name(match[1])) and name not in {"true", "false", "null"}:
            yield FactKind.IMAGE, name
    if "docker" in line:
        for match in _USED_IMAGE.finditer(line):
            if name := image_name(match[1] or match[2]):
                yield FactKind.IMAGE, name
        for match in _DOCKER_RUN.finditer(line):
            yield FactKind.IMAGE, match[1]


# ---- steps ----------------------------------------------------------------------------------------

_USES = compiled(r"^\s*+(?:-\s++)?uses:\s*+[\"']?([\w.-]++(?:/[\w.-]++)++)(?:@[\w./-]++)?")
_ORB = re.compile(r"^\s*+[\w-]++:\s*+[\"']?([\w-]++/[\w.-]++)@[\w.-]++")
_TASK = re.compile(r"^\s*+(?:-\s++)?task:\s*+[\"']?([\w.-]++)@\d")
_HOOK = re.compile(r"^\s*+-?\s*+id:\s*+[\"']?([\w.-]{1,60})")


def steps(line: str) -> Iterator[Said]:
    if ("uses:" in line and (match := _USES.match(line)) and not match[1].startswith(".")) or (
        "@" in line and (match := _ORB.match(line) or _TASK.match(line))
    ):
        yield FactKind.ACTION, match[1]


def hooks(line: str) -> Iterator[Said]:
    if "id:" in line and (match := _HOOK.match(line)):
        yield FactKind.STRUCTURE, f"tool:{match[1].lower()}"


# ---- tools and commands -----------------------------------------------------------------------------

_TABLE = re.compile(r"^\s*+\[\[?\s*+(?:tool[.:])?[\"']?([A-Za-z][\w-]{1,40})")
_COMMANDS = frozenset(
    """
    accelerate aider airflow ansible-playbook aws az bandit bazel beeline bentoml black bq cargo cml codecov conda
    coverage cypress dagster databricks dbt deepspeed detox docker docker-compose duckdb dvc eksctl eslint feast
    flake8 gcloud gitleaks gradle great_expectations gunicorn hadolint hadoop hdfs helm hive horovodrun
    huggingface-cli isort jest julia jupyter jupytext k3d kaggle kedro kubeadm kubectl kustomize lintr locust luigi
    mamba metaflow microk8s minikube mkdocs mlflow mongo mongosh mpirun mvn mypy mysql nbmake nbqa nextflow nox
    onnxruntime packer papermill pdm pip-compile pipenv playwright poetry pre-commit prefect prettier psql pulumi
    pylint pyright pytest quarto ray redis-cli ruff sam sbt semantic-release serverless skaffold sls snakemake
    snowsql spark-shell spark-submit sphinx-build sqlfluff sqlite3 streamlit tensorboard tensorflow_model_server
    terraform torchrun torchserve tox tritonserver twine ty uv uvicorn vertex wandb zenml
    bamCoverage bcftools bedtools blastn blastp bowtie bowtie2 bwa cellranger cutadapt dcm2niix fasterq-dump fastp
    fastqc fastq-dump featureCounts gatk hisat2 hmmsearch htseq-count kallisto kraken2 macs2 macs3 mafft makeblastdb
    minimap2 multiqc plink plink2 recon-all sambamba samtools seqkit seqtk snpEff trimmomatic vcftools
    """.split()  # noqa: SIM905 - a table of words
)
_MODULES = frozenset({"unittest", "doctest", "torch.distributed.launch", "venv"})
_COMMAND = re.compile(
    r"(?:\b(?:run:|RUN|CMD|ENTRYPOINT|sh|command:|script:|exec|sudo|xvfb-run|npx|web:|worker:"
    r"|(?:uv|poetry|pipenv|pdm|hatch) run)|^|&&|\|\|?|;|\$\(|[\"'\[,]|(?<=\s)-(?=\s))"
    r"\s*+[\"'@]?([A-Za-z][\w.-]{1,40})(?![\w/:=.\]]|\s++[:?+]?=)"  # `coverage = …` names a thing of one's own
)
_MEASURES = re.compile(r"[\"',\s]++(?:run|report|xml|html|json|lcov|combine|erase|annotate)\b")
_ORDERS = re.compile(r" ++-{0,2}[a-z]")  # hadoop and hive are places and users too
_FOLLOWED = {"coverage": _MEASURES, "hadoop": _ORDERS, "hive": _ORDERS}
"""Names that are commands only before what fits."""
_OPTIONS = (
    r"(?:(?:-[euwvpl]|--(?:env|env-file|user|workdir|volume|publish|name|label|network|mount|gpus|index|platform|shm-size|ipc))"
    r"(?:=|\s++)\S++\s++|-[a-zA-Z]{1,4}\s++|--[\w-]++=\S++\s++"
    r"|--(?:rm|init|tty|interactive|privileged|detach|no-deps|no-TTY|build|service-ports|use-aliases)\s++)*+"
)
_INSIDE = re.compile(  # what runs in a container: docker compose -f dev.yml run --rm web pytest
    r"\b(?:docker(?:-|\s++)compose\b[^|;&\n]{0,200}?|docker)\s++(?:run|exec)\s++"
    + _OPTIONS
    + r"(?!-)[\w./:@${}-]++\s++([A-Za-z][\w.-]{1,40}+)(?![\w/:=.])"
)
_ENVIRONMENT_COMMAND = re.compile(
    r"(?:commands(?:_(?:pre|post))?\s*+=\s*+(?:-\s++)?|\s++(?:-\s++)?(?=\S++\s++[^\s<>=!~;#,]))(\S.*)"
)
_BARE_ITEM = re.compile(r"\s*+-\s++[\w.-]++\s*+\Z")
_SPOKEN = re.compile(r"\W*+(?:echo|printf|name:|description:)")
_MODULE = re.compile(r"\bpython[\d.]*+\s++-m\s++([\w.]{1,60})")
_DEPLOYS = re.compile(  # a model behind an endpoint
    r"\bgcloud\s++(?:beta\s++|alpha\s++)?(?:ai\s++(?:endpoints\s++(?:create|deploy-model)|models\s++upload)"
    r"|ai-platform\s++versions\s++create)\b"
    r"|\baws\s++sagemaker\s++create-(?:endpoint|model)\b"
    r"|\baz\s++ml\s++(?:(?:online|batch)-(?:endpoint|deployment)\s++create|model\s++deploy)\b"
    r"|\bmlflow\s++(?:models\s++(?:serve|build-docker)|deployments\s++create|sagemaker\s++deploy)\b"
)


def commands(line: str) -> Iterator[Said]:
    """Tools that a script, a CI step or a container runs: `shell:pytest`."""
    if _SPOKEN.match(line):
        return
    for name in sorted(_tools(line)):
        yield FactKind.STRUCTURE, f"shell:{name}"
    if "kaggle" in line:
        for match in _KAGGLE.finditer(line):
            yield FactKind.DATA, match[1] or match[2]
    if "://" in line and (brought := _DOWNLOAD.search(line)):
        yield FactKind.DATA, brought[1]


def _tools(line: str) -> set[str]:
    seen = {
        match[1]
        for match in _COMMAND.finditer(line)
        if match[1] in _COMMANDS and (match[1] not in _FOLLOWED or _FOLLOWED[match[1]].match(line, match.end()))
    }
    if "docker" in line:
        seen.update(match[1] for match in _INSIDE.finditer(line) if match[1] in _COMMANDS)
    seen.update(match[1] for match in _MODULE.finditer(line) if match[1] in _MODULES or match[1] in _COMMANDS)
    if ("model" in line or "endpoint" in line or "deploy" in line) and _DEPLOYS.search(line):
        seen.add("deploys-model")
    return seen


def compose_commands(line: str) -> Iterator[Said]:
    """The same in a compose file, where a bare item of a list is another service: `depends_on: - mongo`."""
    if not _BARE_ITEM.match(line):
        yield from commands(line)


def tables(line: str) -> Iterator[Said]:
    """Tables of tools in shared files: `[tool.ruff]`, `[flake8]`, `[tool:pytest]`."""
    if "[" in line and (match := _TABLE.match(line)):
        name = match[1].lower()
        yield FactKind.STRUCTURE, f"tool:{name.removesuffix('-settings')}"


def environment_commands(line: str) -> Iterator[Said]:
    """What tox runs: `commands = pytest -q`, and lines that follow; a bare name there may be a dependency."""
    if match := _ENVIRONMENT_COMMAND.match(line):
        yield from commands(match[1])


def own_tables(line: str) -> Iterator[Said]:
    """The same where only `[tool.X]` is a tool's."""
    if "[tool." in line:
        yield from tables(line)


_ALIAS = re.compile(r"tests?\s*+=\s*+pytest\b")


def aliases(line: str) -> Iterator[Said]:
    """What `python setup.py test` runs, by the aliases of setup.cfg."""
    if "pytest" in line and _ALIAS.match(line):
        yield FactKind.STRUCTURE, "shell:pytest"


_PACKAGE_KEY = re.compile(
    r"^(?:\{|\s{0,4}+)\s?\"(eslintConfig|prettier|stylelint|commitlint|lint-staged|husky|xo|standard)\"\s*+:\s*+([{\[\"])"
)
_KEY = re.compile(r"\"[^\"\n]{0,120}+\"\s*+:")
_SBT_PLUGIN = re.compile(
    r"\baddSbtPlugin\(.{0,120}?\"(?:neo-)?(?:sbt-)?(scalariform|scalafmt|scalafix|scalastyle|wartremover|scapegoat|scoverage|jacoco)"
    r"(?:-sbt-plugin|-coursier)?\""
)
_BUILD_TOOL = re.compile(  # of Maven, then of Gradle
    r"<artifactId>\s*+(?:maven-|mvn-)?(spotless|checkstyle|pmd|spotbugs|findbugs|fmt|formatter|googleformatter|impsort|ktlint|detekt"
    r"|scalafmt|scalafix|scalastyle|git-code-format|error_prone_core|jacoco|cobertura|scoverage|clover)"
    r"(?:-maven)?(?:-plugin)?(?:_[\d.]+)?\s*+</artifactId>"
    r"|\b(?:id|plugin:?)[\s(]\s*+[\"'](?:[\w-]++\.)*?(spotless|checkstyle|pmd|spotbugs|findbugs|ktlint|detekt|scalafmt|scalafix|scalastyle"
    r"|google-java-format|errorprone|jacoco|cobertura|scoverage|kover)[\"']"
)


def package_tools(line: str) -> Iterator[Said]:
    """Commands of package.json, and the tools that are configured in it."""
    yield from commands(_KEY.sub("", line))
    if (match := _PACKAGE_KEY.match(line)) and (match[2] != '"' or match[1].endswith("Config")):
        yield FactKind.STRUCTURE, f"tool:{match[1].removesuffix('Config')}"


def sbt_tools(line: str) -> Iterator[Said]:
    """Plugins of sbt that look after the code."""
    if "addSbtPlugin" in line and (match := _SBT_PLUGIN.search(line)):
        yield FactKind.STRUCTURE, f"tool:{match[1]}"


def build_tools(line: str) -> Iterator[Said]:
    """Plugins of Maven and Gradle that look after the code, or after how much of it is tested."""
    if ("artifactId>" in line or "plugin" in line or "id" in line) and (match := _BUILD_TOOL.search(line)):
        yield FactKind.STRUCTURE, f"tool:{(match[1] or match[2]).removesuffix('_core').replace('_', '')}"


# ---- data -------------------------------------------------------------------------------------------

_KAGGLE = re.compile(  # by its command, or by its address
    r"\bkaggle\s++(?:datasets|competitions|d|c)\s++download\b(?:\s++(?:-[dc]\b|--(?:dataset|competition)\b|-[a-z]\b|--\w++))*+\s++"
    r"[\"']?(?:[\w-]++/)?([\w-]{3,100})|\bkaggle\.com/(?:api/v1/)?"
    r"(?:datasets/(?:download/)?[\w-]++/|competitions/data/download(?:-all)?/|competitions/|c/)([\w-]{3,100})"
)
_DOWNLOAD = re.compile(  # wget https://files.grouplens.org/datasets/movielens/ml-100k.zip
    r"\b(?:wget|curl|aria2c)\s[^|;&\n]{0,300}?\b(?:https?|ftp)://[^\s\"'?#]{1,300}/"
    r"([\w.-]{2,70}\.(?:csv|tsv|parquet|xlsx|arff|zip|tgz|tar\.gz|tar\.bz2|csv\.gz|tsv\.gz|npz|mat))(?![\w.])"
)
_VALUE = re.compile(r"^\s*+(?:-\s++)?(?:[\"']?[\w.@ -]{1,60}+[\"']?:\s++)?[\"']?([^\s\"'{}$]{5,300})[\"']?\s*+$")
_DATA_ENDS = (".csv", ".tsv", ".parquet", ".feather", ".xlsx", ".xls", ".arff", ".geojson", ".csv.gz", ".csv.zip")
_LONGEST_DATA = 80


def data_sets(line: str) -> Iterator[Said]:
    """Data that a configuration names: a file by its ending, an archive or a set by its address."""
    if "." not in line:
        return
    if "kaggle.com/" in line:
        for match in _KAGGLE.finditer(line):
            yield FactKind.DATA, match[1] or match[2]
    elif value := _VALUE.match(line):
        name = value[1].partition("?")[0].rpartition("/")[2]
        of_data = name.lower().endswith(_DATA_ENDS) or ("://" in value[1] and name.endswith(".zip"))
        if of_data and not name.startswith(".") and len(name) <= _LONGEST_DATA:
            yield FactKind.DATA, name


# ---- remotes ----------------------------------------------------------------------------------------

_REMOTE = re.compile(r"^\s*+url\s*+=\s*+[\"']?(s3|gs|azure)://")


def remotes(code: list[str]) -> Iterator[tuple[int, FactKind, str]]:
    """Clouds where DVC keeps data: `remote:s3`, unless an address of another provider of S3 is given."""
    elsewhere = any(line.lstrip().startswith("endpointurl") for line in code)
    for index, line in enumerate(code):
        match = _REMOTE.match(line)
        if match and not (elsewhere and match[1] == "s3"):
            yield index, FactKind.STRUCTURE, f"remote:{match[1]}"


# ---- connectors -------------------------------------------------------------------------------------

_CONNECTOR = re.compile(  # of Kafka Connect: in JSON or properties, and in a Strimzi object
    r"\bconnector[.]class[\"']?\s*+[:=]\s*+[\"']?([A-Za-z][\w.$]{5,150}+)|^\s*+class:\s*+[\"']?((?:io|com|org)\.[\w.]{0,100}?[cC]onnect[\w.]{0,100})"
)


def connectors(line: str) -> Iterator[Said]:
    """Classes that Kafka Connect runs: `connector:io.debezium.connector.postgresql.PostgresConnector`."""
    if "class" in line and (match := _CONNECTOR.search(line)):
        yield FactKind.STRUCTURE, f"connector:{match[1] or match[2]}"


# ---- targets ----------------------------------------------------------------------------------------

_TARGET = re.compile(
    r"^\s*+(?:-\s++)?_target_:\s*+[\"']?"
    r"((?:torch|torchvision|torchaudio|torchmetrics|pytorch_lightning|lightning|transformers|monai|timm|albumentations"
    r"|segmentation_models_pytorch|tensorflow|keras|sklearn|xgboost|lightgbm|catboost|diffusers)(?:\.\w{1,60}){1,8})"
    r"[\"']?\s*+$"
)
_SWEEPER = re.compile(
    r"\bhydra/sweeper:\s*+[\"']?(?:optuna|ax|nevergrad)\b|_target_:\s*+hydra_plugins\.hydra_(?:optuna|ax|nevergrad)_"
)


def targets(line: str) -> Iterator[Said]:
    """What Hydra makes of a configuration: `_target_: torch.optim.Adam`; a template brings a file for every logger."""
    if "_target_:" in line and ".loggers." not in line and (match := _TARGET.match(line)):
        yield FactKind.SYMBOL, match[1]
    if "sweeper" in line and _SWEEPER.search(line):
        yield FactKind.STRUCTURE, "manifest:hydra-sweep"


# ---- manifests --------------------------------------------------------------------------------------

_API = re.compile(r"^apiVersion:\s*+[\"']?(?:([\w.-]{1,80})/)?v\d")
_KIND = re.compile(r"^kind:\s*+[\"']?([A-Z]\w{2,60})")
_KESTRA = re.compile(r"^\s*+(?:-\s++)?type:\s*+[\"']?io\.kestra\.")
_PLAY = re.compile(r"^-?\s*+hosts:\s")
_TASKS = re.compile(r"^\s*+(?:tasks|roles):\s*+$")
_SWEEP = re.compile(r"^method:\s*+[\"']?(?:grid|random|bayes)\b")


def _conda(code: list[str]) -> int | None:
    """Where an environment of Conda lists what it needs, below the channels that it comes from."""
    channels = False
    for index, line in enumerate(code):
        channels = channels or line.startswith("channels:")
        if channels and line.startswith("dependencies:"):
            return index
    return None


def _sweep(code: list[str]) -> int | None:
    """Where a sweep of Weights & Biases says how it chooses among its parameters."""
    found = next((index for index, line in enumerate(code) if _SWEEP.match(line)), None)
    return found if found is not None and any(line.startswith("parameters:") for line in code) else None


def _by_content(code: list[str]) -> Iterator[tuple[int, FactKind, str]]:
    for index, name in ((_conda(code), "conda"), (_sweep(code), "wandb-sweep")):
        if index is not None:
            yield index, FactKind.STRUCTURE, f"manifest:{name}"


def manifests(code: list[str]) -> Iterator[tuple[int, FactKind, str]]:
    """Kubernetes objects: `manifest:Deployment`, with the group of foreign kinds (`manifest:argoproj.io/Workflow`).

    Flows of Kestra are `manifest:kestra`, environments of Conda by whatever name `manifest:conda`, sweeps of
    Weights & Biases `manifest:wandb-sweep`.
    """
    group: str | None = None
    play = False
    yield from _by_content(code)
    for index, line in enumerate(code):
        if line.startswith("---"):
            group = None
        elif match := _API.match(line):
            group = match[1] or ""
        elif (match := _KIND.match(line)) and group is not None:
            foreign = "." in group and not group.endswith(".k8s.io")
            yield index, FactKind.STRUCTURE, f"manifest:{group}/{match[1]}" if foreign else f"manifest:{match[1]}"
        elif "io.kestra." in line and _KESTRA.match(line):
            yield index, FactKind.STRUCTURE, "manifest:kestra"
        elif line.startswith("AWSTemplateFormatVersion"):
            yield index, FactKind.STRUCTURE, "cloudformation"
        elif _PLAY.match(line):
            play = True
        elif play and _TASKS.match(line):
            yield index, FactKind.STRUCTURE, "ansible-playbook"
            play = False
