import pytest

from collectors.reading import paths

LEFT_OUT = [
    "node_modules/left-pad/index.js",
    "web/node_modules/x/y.ts",
    "venv/lib/python3.9/site-packages/numpy/linalg.py",
    "myenv/Lib/site-packages/six.py",
    "myenv/Scripts/activate_this.py",
    "env/lib/python3.8/os.py",
    "third_party/eigen/Eigen/Core.h",
    "Vendor/thing.go",
    "static/js/jquery-3.6.0.js",
    "static/jquery.min.js",
    "assets/app.bundle.js",
    "static/d3.v4.js",
    "static/bootstrap.min.js",
    "proto/model_pb2.py",
    "proto/model_pb2_grpc.py",
    ".ipynb_checkpoints/a-checkpoint.ipynb",
    "work/.ipynb_checkpoints/a-checkpoint.ipynb",
    "src/pkg/_version.py",
    "versioneer.py",
    "renv/activate.R",
    "renv/library/R-4.1/dplyr/R/dplyr.R",
    "packrat/lib/x.R",
    "mlruns/0/abc/artifacts/model/requirements.txt",
    "pkg.egg-info/requires.txt",
    "build/lib/pkg/mod.py",
    "docs/_build/html/conf.py",
    "report_files/libs/bootstrap/x.js",
    "docs/libs/gitbook-2.6.7/js/lunr.js",
    "lib/bootstrap-3.3.5/js/bootstrap.js",
    "_book/search_index.json",
    "src/RcppExports.R",
    "types/index.d.ts",
    "dbt/target/compiled/models/a.sql",
    "target/run/models/a.sql",
    "src/visualiser/d3.js",
    "docs/js.250acbac.js",
    "docs/pkgdown.js",
    "docs/articles/guide_files/header-attrs-2.11/header-attrs.js",
    "static/js/main.3f4a5b6c.chunk.js",
    "public/assets/index-BxY3_9aZ.js",
]
KEPT = [
    "libs/model-zoo/train.js",
    "src/train.py",
    "env/agent.py",  # reinforcement learning
    "envs/cartpole.py",
    "environment.yml",
    "vendoring/models.py",
    "src/vendor_prices.py",
    "build/Dockerfile",
    "target/model.py",
    "docs/conf.py",
    "static/app.js",
    "src/report-20240131.js",
    "lib/facade.js",
    "src/assets/index-page.js",
    "static/d3_chart.js",
    "static/d3map.js",
    "jquery_plugin/main.js",
    "charts/chart.js",
    "renv.lock",
    "notebooks/checkpoints.ipynb",
    "R/activate.R",
    "lib/python/thing.py",
    "distribution/beta.py",
    ".dvc-notes/x.py",
    "wandb_report.py",
]


@pytest.mark.parametrize("path", LEFT_OUT)
def test_nobodys_own_writing_is_left_out(path):
    assert paths.is_left_out(path)


@pytest.mark.parametrize("path", KEPT)
def test_own_writing_is_kept(path):
    assert not paths.is_left_out(path)


def test_environments_are_found_by_their_marks():
    tree = ["a/pyvenv.cfg", "a/lib/x.py", "deep/er/conda-meta/history", "pyvenv.cfg", "b/x.py"]
    found = paths.environments(tree)
    assert "a/lib/x.py".startswith(found)
    assert "a/Scripts/x.py".startswith(found)
    assert "deep/er/x.py".startswith(found)
    assert not "b/x.py".startswith(found)


def test_work_beside_an_environment_is_own():
    assert not "a/train.py".startswith(paths.environments(["a/pyvenv.cfg", "a/bin/activate_this.py"]))
