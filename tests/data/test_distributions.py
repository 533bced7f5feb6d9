"""What distributions let one import: the map, how it is read from wheels, and whether the taxonomy agrees with it."""

from __future__ import annotations

import tomllib
import zipfile

import pytest

from data.distributions import (
    FILE,
    distribution_of,
    distributions_by_import,
    imports_by_distribution,
    imports_of,
    normal,
    read_rows,
)
from data.taxonomy import load_taxonomy, wheels

TAXONOMY = load_taxonomy()
PYTHON = [entry for entry in TAXONOMY.technologies.values() if "python" in entry.languages and entry.imports]
EXCEPTED = tomllib.loads(FILE.with_suffix(".toml").read_text(encoding="utf-8"))


def agrees(module: str, imports: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(one + ".") or one.startswith(module + ".") for one in imports)


@pytest.mark.parametrize("entry", PYTHON, ids=lambda entry: entry.id)
def test_listed_names_bring_what_is_imported(entry):
    excepted = EXCEPTED.get(entry.id, {})
    strange = {
        name
        for name in entry.listed
        if imports_of(name) and not any(agrees(module, entry.imports) for module in imports_of(name))
    }
    assert strange == set(excepted), {name: imports_of(name) for name in strange}
    assert all(reason.endswith(".") for reason in excepted.values())


def test_exceptions_are_of_technologies():
    assert set(EXCEPTED) <= {entry.id for entry in PYTHON}


@pytest.mark.parametrize(
    ("distribution", "module"),
    [("scikit-learn", "sklearn"), ("opencv-python", "cv2"), ("PyYAML", "yaml"), ("Pillow", "PIL"), ("imbalanced_learn", "imblearn")],
)  # fmt: skip
def test_names_that_differ(distribution, module):
    assert module in imports_of(distribution)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("yaml", "pyyaml"),
        ("sklearn.svm", "scikit-learn"),
        ("numpy", "numpy"),
        ("cv2", "opencv-python"),
        ("odd_library", ""),
    ],
)
def test_what_brings_a_module(module, expected):
    assert distribution_of(module) == expected


def test_file_is_sorted_and_in_normal_form():
    rows = list(read_rows())
    assert rows == sorted(rows)
    assert all(name == normal(name) for name in rows)
    assert all(imports == tuple(sorted(set(imports))) for imports in imports_by_distribution().values())
    assert {name for names in distributions_by_import().values() for name in names} == set(rows)


def test_what_brings_an_import_is_listed_by_itself():
    found = TAXONOMY.match("listed", "python", "opencv-python-headless")
    assert [(match.subject, match.weak) for match in found] == [("opencv", True)]


LAYOUTS = {
    "package": (["odd/__init__.py", "odd/part.py", "odd-1.dist-info/METADATA"], ("odd",)),
    "module": (["odd.py"], ("odd",)),
    "compiled module": (["odd.cpython-311-x86_64-linux-gnu.so"], ("odd",)),
    "stable compiled module": (["odd.abi3.so"], ("odd",)),
    "private parts": (["odd/__init__.py", "_odd.py", "_odd_impl/__init__.py"], ("odd",)),
    "tests and examples": (["odd/__init__.py", "tests/__init__.py", "examples/run.py"], ("odd",)),
    "namespace": (["google/cloud/odd/__init__.py", "google/cloud/odd_v1/__init__.py"], ("google.cloud.odd", "google.cloud.odd_v1")),
    "many modules in a namespace": ([f"google/rpc/{name}.py" for name in "abcd"], ("google.rpc",)),
    "data beside": (["odd/__init__.py", "odd.libs/x.so", "odd-1.data/data/etc/x.json", "LICENSE"], ("odd",)),
    "no Python": (["nvidia/include/x.h"], ()),
}  # fmt: skip


@pytest.mark.parametrize("case", LAYOUTS)
def test_imports_are_read_from_the_list_of_files(case):
    paths, expected = LAYOUTS[case]
    assert wheels.imports_in(paths) == expected


def test_names_in_the_metadata_come_first(tmp_path):
    path = tmp_path / "Odd_Name-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("other/__init__.py", "")
        wheel.writestr(
            "odd_name-1.0.dist-info/METADATA", "Metadata-Version: 2.5\nName: Odd-Name\nImport-Name: odd; private\n"
        )
    assert wheels.of_wheel(path) == ("odd-name", ("odd",))


def test_rows_are_kept_and_replaced(tmp_path):
    path = tmp_path / "map.csv"
    wheels.write_rows({"b": ("two",), "a": ("one", "uno"), "empty": ()}, path)
    assert path.read_text(encoding="utf-8") == "distribution,imports\na,one uno\nb,two\n"
    assert read_rows(path) == {"a": ("one", "uno"), "b": ("two",)}


def test_what_is_installed_is_read():
    assert dict(wheels.installed())["python-dateutil"] == ("dateutil",)
