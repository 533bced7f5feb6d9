"""Files that speak by their name: what they say, what they don't, and which paths are theirs."""

from __future__ import annotations

import pytest

from collectors.reading import reader_for
from tests.collectors.reading.speaking_files import read, said

SPEAKING = """Dockerfile
docker/Dockerfile.gpu
Docker image/dockerfile
Dockerfile-training
train.dockerfile
Containerfile
docker-compose.yml
docker-compose.dev.yaml
deploy/compose.yaml
.github/workflows/ci.yml
.circleci/config.yml
.gitlab-ci.yml
.travis.yml
Jenkinsfile
ci/Jenkinsfile.release
.gitea/workflows/ci.yaml
.teamcity/settings.kts
build.gitlab-ci.yml
azure-pipelines.yml
cloudbuild.yaml
bitbucket-pipelines.yml
MLproject
dvc.yaml
data/raw.csv.dvc
.pre-commit-config.yaml
tox.ini
.editorconfig
.flake8
ruff.toml
pytest.ini
conftest.py
tests/conftest.py
charts/app/Chart.yaml
kustomization.yaml
dbt_project.yml
Snakefile
rules/align.smk
alembic.ini
scrapy.cfg
.ebextensions/python.config
.elasticbeanstalk/config.yml
Dockerrun.aws.json
appspec.yml
infra/main.bicep
ansible.cfg
chainlit.md
prefect.yaml
.devcontainer/devcontainer.json
Procfile
Makefile
requirements.txt
requirements-dev.txt
requirements/base.txt
pyproject.toml
setup.py
setup.cfg
Pipfile
Pipfile.lock
poetry.lock
environment.yml
envs/base_enviroment.yml
conda_forge_dependencies.yml
conda.yaml
renv.lock
DESCRIPTION
package.json
build.sbt
pom.xml
build.gradle
go.mod
Cargo.toml
Project.toml""".splitlines()


@pytest.mark.parametrize("path", SPEAKING)
def test_being_there_is_a_fact_at_its_own_path(path):
    facts = [fact for fact in read(path, "# a comment\nkey: value\nx = 1\n") if fact.kind == "file"]
    assert [(fact.value, fact.path, fact.language, fact.count) for fact in facts] == [(path, path, "", 1)]


SILENT = """README.md
notes/dockerfile.md
Dockerfile.py
docs/compose.md
src/workflows/ci.txt
requirements.md
data/prices.csv
setup.txt
package-info.json
Jenkins.txt
node_modules/x/package.json
venv/lib/python3.9/site-packages/x/requirements.txt""".splitlines()


@pytest.mark.parametrize("path", SILENT)
def test_others_are_no_speaking_files(path):
    reader = reader_for(path)
    facts = reader.open(b"key: value\nx = 1\n", path, frozenset()).facts(None) if reader else []
    assert [fact for fact in facts if fact.kind == "file"] == []


def test_only_comments_say_nothing():
    assert read(".github/workflows/ci.yml", "# uses: actions/checkout@v4\n\n") == []


CASES = {
    "stages": (
        "Dockerfile",
        "FROM --platform=linux/amd64 python:3.11-slim AS build\nFROM build\nfrom nvcr.io/nvidia/pytorch:23.01-py3\nFROM scratch\nFROM ${BASE}\n# FROM no\n",
        {(1, "python"), (3, "nvcr.io/nvidia/pytorch")},
        ("image",),
    ),
    "compose": (
        "docker-compose.yml",
        'services:\n  a:\n    image: "confluentinc/cp-kafka:7.0"\n  b:\n    image: ${X}\n  c: {image: redis}\n# image: no\n  d:\n    build: .\n',
        {(3, "confluentinc/cp-kafka"), (6, "redis")},
        ("image",),
    ),
    "workflow": (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    container: python:3.10\n    services:\n      db:\n        image: docker.io/library/postgres:15\n    steps:\n      - uses: actions/setup-python@v5\n      - uses: ./local\n      - uses: docker://alpine:3\n      - run: pytest -q\n      - run: |\n          python -m mypy .\n          cd x && ruff check .\n      - name: pytest in words\n",
        {
            (3, "python"),
            (6, "postgres"),
            (8, "actions/setup-python"),
            (10, "alpine"),
            (11, "shell:pytest"),
            (13, "shell:mypy"),
            (14, "shell:ruff"),
        },
        ("image", "action", "structure"),
    ),
    "circle": (
        ".circleci/config.yml",
        "orbs:\n  python: circleci/python@2.1\njobs:\n  a:\n    docker:\n      - image: cimg/python:3.9\n",
        {(2, "circleci/python"), (6, "cimg/python")},
        ("image", "action"),
    ),
    "gitlab": (
        ".gitlab-ci.yml",
        "image: python:3.9\ntest:\n  script:\n    - pytest\n    - echo pytest\n",
        {(1, "python"), (4, "shell:pytest")},
        ("image", "structure"),
    ),
    "azure": ("azure-pipelines.yml", "steps:\n- task: UsePythonVersion@0\n", {(2, "UsePythonVersion")}, ("action",)),
    "what a container runs": (
        "Dockerfile",
        "FROM a\nRUN dbt deps && tox\nCMD mlflow server \\\n    --host b\nRUN runner pytest\n",
        {(1, "a"), (2, "shell:dbt"), (2, "shell:tox"), (3, "shell:mlflow")},
        ("image", "structure"),
    ),
    "jenkins": (
        "Jenkinsfile",
        "pipeline {\n agent { docker { image 'x' } }\n steps { sh 'pytest -q' }\n // sh 'tox'\n}\n",
        {(3, "shell:pytest")},
        ("structure",),
    ),
    "hooks": (
        ".pre-commit-config.yaml",
        "repos:\n- repo: https://x\n  hooks:\n  - id: ruff\n  # - id: black\n",
        {(4, "tool:ruff")},
        ("structure",),
    ),
    "tables": (
        "tox.ini",
        "[tox]\n[testenv]\n[flake8]\nmax = 1\n",
        {(1, "tool:tox"), (2, "tool:testenv"), (3, "tool:flake8")},
        ("structure",),
    ),
    "what setup.cfg lets the tests run": (
        "setup.cfg",
        "[aliases]\ntest = pytest\n[metadata]\nkeywords = pytest\n",
        {(1, "tool:aliases"), (2, "shell:pytest"), (3, "tool:metadata")},
        ("structure",),
    ),
    "a workflow of Snakemake": (
        "Snakefile",
        (
            "coverage = expand('a/{x}.bedGraph', x=marks)\nsamples = [coverage, depth]\n\nrule sort:\n    shell:\n"
            "        'samtools sort {input} && coverage xml'\n"
        ),
        {(6, "shell:coverage"), (6, "shell:samtools")},
        ("structure",),
    ),
    "what tox runs": (
        "tox.ini",
        (
            "[tox]\n[testenv]\ndeps =\n    pytest\n    coverage < 5\n    mypy==1.0\ncommands =\n    coverage run -m x\n"
            "[testenv:py]\ncommands = pytest\n[testenv:lint]\ncommands =\n    python -m flake8 src\n"
        ),
        {
            (1, "tool:tox"),
            (2, "tool:testenv"),
            (8, "shell:coverage"),
            (9, "tool:testenv"),
            (10, "shell:pytest"),
            (11, "tool:testenv"),
            (13, "shell:flake8"),
        },
        ("structure",),
    ),
    "kubernetes": (
        "deploy/app.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  image: ghcr.io/ann/app:1\n---\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\n",
        {(2, "manifest:Deployment"), (4, "ghcr.io/ann/app"), (7, "manifest:argoproj.io/Workflow")},
        ("structure", "image"),
    ),
    "environment of Conda by another name": (
        "env/work.yml",
        "name: work\nchannels:\n  - conda-forge\ndependencies:\n  - numpy=1.26\n",
        {(4, "manifest:conda")},
        ("structure",),
    ),
    "dependencies of something else": (
        "chart/Chart.yml",
        "name: work\ndependencies:\n  - name: redis\n",
        set(),
        ("structure",),
    ),
    "any yaml": ("conf/model.yaml", "kind: Deployment\nmodel: x\n", set(), ("structure", "image", "file")),
    "script": (
        "run.sh",
        "#!/bin/bash\nset -e\ntorchrun train.py\necho 'spark-submit'\n",
        {(3, "shell:torchrun")},
        ("structure",),
    ),
    "SQL in a script": (
        "scripts/init-db.sh",
        (
            'psql -U ann -c "SELECT name FROM shops JOIN towns USING (id)"\npsql <<EOF\n  GRANT ALL ON shops TO bo;\n'
            "  CREATE TABLE a (b int);\nEOF\necho 'create database later'\n# psql -c 'select a from b'\nselect one of them\n"
        ),
        {(1, "select"), (1, "join"), (3, "create-database"), (4, "create-table")},
        ("sql",),
    ),
    "SQL's words in another script": ("run.sh", "create database a\nselect a from b\n", set(), ("sql",)),
    "models behind endpoints": (
        "cloudbuild.yaml",
        (
            "steps:\n- args: ['-c', 'gcloud beta ai endpoints deploy-model 1 --model=2']\n"
            "- run: aws sagemaker create-endpoint --name a\n- run: az ml online-deployment create -f a.yml\n"
            "- run: mlflow models serve -m a\n- run: gcloud ai models list\n- run: mlflow models --help\n"
            "- run: hdfs dfs -put a b && hive -f a.hql\n- run: chown hadoop:hadoop hive\n- run: semantic-release\n"
            '- run: |\n    names=(\n      "hadoop" # works\n      "hive"\n    )\n    hadoop fs -ls\n'
        ),
        {(2, "shell:gcloud"), (3, "shell:aws"), (4, "shell:az"), (5, "shell:mlflow"), (6, "shell:gcloud")}
        | {
            (7, "shell:mlflow"),
            (8, "shell:hdfs"),
            (8, "shell:hive"),
            (10, "shell:semantic-release"),
            (16, "shell:hadoop"),
        }
        | {(line, "shell:deploys-model") for line in (2, 3, 4, 5)},
        ("structure",),
    ),
    "services of a compose file": (
        "docker-compose.yml",
        "services:\n  app:\n    depends_on:\n      - mongo\n      - mlflow\n    command: mlflow server\n",
        {(6, "shell:mlflow")},
        ("structure",),
    ),
    "inside containers": (
        ".github/workflows/ci.yml",
        (
            "steps:\n- run: docker-compose -f dev.yml run web pytest\n- run: docker compose exec -T -e A=1 web pytest -x\n"
            "- run: docker run --rm -v a:/a me/app:1 pytest tests\n- run: docker-compose run pytest\n"
            "- run: docker-compose run web ls pytest\n- run: docker run --strange pytest pytest.ini pytest\n"
        ),
        {(2, "shell:docker-compose"), (3, "shell:docker"), (4, "shell:docker"), (5, "shell:docker-compose")}
        | {(6, "shell:docker-compose"), (7, "shell:docker")}
        | {(2, "shell:pytest"), (3, "shell:pytest"), (4, "shell:pytest")},
        ("structure",),
    ),
    "tools in package.json": (
        "package.json",
        (
            '{\n  "name": "x",\n  "eslintConfig": {\n    "extends": "a"\n  },\n  "prettier": {},\n'
            '  "devDependencies": {\n    "prettier": "2.0",\n    "husky": "4.0"\n  },\n  "lint-staged": {"*.js": "a"}\n}\n'
        ),
        {(3, "tool:eslint"), (6, "tool:prettier"), (8, "pinned-dependencies"), (9, "pinned-dependencies")}
        | {(11, "tool:lint-staged")},
        ("structure",),
    ),
    "plugins of sbt": (
        "project/plugins.sbt",
        (
            'addSbtPlugin("org.scalariform" % "sbt-scalariform" % "1.8.2")\naddSbtPlugin("org.scalastyle" %% "scalastyle-sbt-plugin" % "1.0")\n'
            'addSbtPlugin("org.wartremover" % "sbt-wartremover" % "2.4")\naddSbtPlugin("com.eed3si9n" % "sbt-assembly" % "0.14")\n'
        ),
        {(1, "tool:scalariform"), (2, "tool:scalastyle"), (3, "tool:wartremover")}
        | {(line, "pinned-dependencies") for line in (1, 2, 3, 4)},
        ("structure",),
    ),
    "connectors of Kafka": (
        "kafka-connect/sinks/mongo/orders.json",
        '{\n  "name": "orders",\n  "config": {"connector.class": "com.mongodb.kafka.connect.MongoSinkConnector", "class": "a"}\n}\n',
        {(3, "connector:com.mongodb.kafka.connect.MongoSinkConnector")},
        ("structure",),
    ),
    "connectors in properties": (
        "connect-file.properties",
        "name=a\nconnector.class=FileStreamSource\n# connector.class=B\n",
        {(2, "connector:FileStreamSource")},
        ("structure",),
    ),
    "connectors of Strimzi": (
        "k8s/orders.yaml",
        "spec:\n  class: io.debezium.connector.postgresql.PostgresConnector\n  tasksMax: 1\n---\nclass: first\n",
        {(2, "connector:io.debezium.connector.postgresql.PostgresConnector")},
        ("structure",),
    ),
    "plugins of Maven": (
        "pom.xml",
        (
            "<plugin>\n<artifactId>spotless-maven-plugin</artifactId>\n<artifactId>maven-checkstyle-plugin</artifactId>\n"
            "<artifactId>jacoco-maven-plugin</artifactId>\n<artifactId>maven-compiler-plugin</artifactId>\n"
            "<artifactId>spotless-shoes</artifactId>\n<artifactId>mvn-scalafmt_2.12</artifactId>\n"
        ),
        {(2, "tool:spotless"), (3, "tool:checkstyle"), (4, "tool:jacoco"), (7, "tool:scalafmt")},
        ("structure",),
    ),
    "plugins of Gradle": (
        "build.gradle",
        (
            "plugins {\n  id 'com.diffplug.spotless' version '6.1'\n  id(\"io.gitlab.arturbosch.detekt\")\n  id 'java'\n}\n"
            "apply plugin: 'checkstyle'\nid 'a.b.jacocoa'\n"
        ),
        {(2, "tool:spotless"), (3, "tool:detekt"), (6, "tool:checkstyle")},
        ("structure",),
    ),
    "make": (
        "Makefile",
        "test:\n\tpytest -q\n\t@docker build .\n",
        {(2, "shell:pytest"), (3, "shell:docker")},
        ("structure",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_lines_say(name):
    path, text, expected, kinds = CASES[name]
    assert said(path, text, *kinds) == expected


def test_setup_and_conftest_are_python_too():
    facts = read("conftest.py", "import numpy as np\n\n\ndef test():\n    np.dot(1, 2)\n")
    assert {("file", "conftest.py"), ("symbol", "numpy.dot")} <= {(str(fact.kind), fact.value) for fact in facts}


def test_tools_in_shared_files():
    assert (3, "tool:ruff") in said("pyproject.toml", '[project]\nname = "x"\n[tool.ruff]\nx = 1\n', "structure")
    assert said("Pipfile", '[packages]\npytest = "*"\n', "structure") == {(2, "dependency-list")}
    assert (2, "shell:eslint") in said("package.json", '{"scripts": {\n "lint": "eslint ."\n}}\n', "structure")
