from __future__ import annotations

import pytest

from collectors.firstparty import OwnModules

TREE = [
    "setup.py",
    "__init__.py",
    "src/shop/__init__.py",
    "src/shop/models/__init__.py",
    "src/shop/models/torch.py",
    "src/shop/models/prophet.py",
    "src/shop/json.py",
    "src/shop/catboost/__init__.py",
    "src/shop/catboost/fitted.py",
    "scripts/numpy.py",
    "scripts/datasets.py",
    "scripts/tools.py",
    "lessons/pandas/one.py",
    "statistics.py",
    "packages/api/src/api/__init__.py",
    "packages/api/tests/test_api.py",
    "README.md",
]


@pytest.mark.parametrize(
    ("path", "own", "not_own"),
    [
        ("main.py", {"shop", "statistics", "tools", "scripts", "lessons", "api"}, {"numpy", "pandas", "torch", "json"}),
        ("scripts/run.py", {"datasets", "tools", "shop", "statistics"}, {"numpy", "pandas", "torch"}),
        ("scripts/datasets.py", {"tools"}, {"datasets", "numpy"}),
        ("src/shop/view.py", {"shop", "models", "statistics"}, {"torch", "json", "numpy", "prophet"}),
        ("src/shop/models/net.py", {"shop"}, {"torch", "numpy"}),
        ("src/shop/catboost/fitted.py", {"shop", "fitted"}, {"catboost"}),
        ("lessons/pandas/two.py", {"one"}, {"pandas"}),
        ("packages/api/tests/test_api.py", {"api"}, {"numpy"}),
    ],
)
def test_seen_from(path, own, not_own):
    seen = OwnModules(TREE).seen_from(path)
    assert own <= seen
    assert not (not_own & seen)


def test_nothing_is_known_of_an_empty_tree():
    assert OwnModules(()).seen_from("a/b.py") == frozenset()
