"""What one piece of Python source says, as values that know nothing of other pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from collectors.reading import python_shapes, python_strings
from collectors.reading.python_values import UNKNOWN, Value

TELLING_METHODS = {
    "backward": ("torch", "torch.Tensor().backward"),
    "fillna": ("pandas", "pandas.DataFrame().fillna"),
    "dropna": ("pandas", "pandas.DataFrame().dropna"),
    "isnull": ("pandas", "pandas.DataFrame().isnull"),
    "isna": ("pandas", "pandas.DataFrame().isna"),
    "notnull": ("pandas", "pandas.DataFrame().notnull"),
    "notna": ("pandas", "pandas.DataFrame().notna"),
    "ffill": ("pandas", "pandas.DataFrame().ffill"),
    "bfill": ("pandas", "pandas.DataFrame().bfill"),
    "to_parquet": ("pandas", "pandas.DataFrame().to_parquet"),
    "to_feather": ("pandas", "pandas.DataFrame().to_feather"),
    "to_hdf": ("pandas", "pandas.DataFrame().to_hdf"),
    "to_gbq": ("pandas", "pandas.DataFrame().to_gbq"),
    "get_dummies": ("pandas", "pandas.DataFrame().str.get_dummies"),
    "to_sql": ("pandas", "pandas.DataFrame().to_sql"),
    "iterrows": ("pandas", "pandas.DataFrame().iterrows"),
    "drop_duplicates": ("pandas", "pandas.DataFrame().drop_duplicates"),
    "value_counts": ("pandas", "pandas.DataFrame().value_counts"),
    "reset_index": ("pandas", "pandas.DataFrame().reset_index"),
    "sort_values": ("pandas", "pandas.DataFrame().sort_values"),
    "conf_int": ("statsmodels", "statsmodels.api.OLS().conf_int"),
    "pivot_table": ("pandas", "pandas.DataFrame().pivot_table"),
}
"""Methods that only one library's objects have, met on a receiver of unknown origin: they count in a file
that imports the library (and no look-alike, see python.py)."""

TELLING_PRODUCTS = {
    "*dot": ("numpy", "operator.matmul"),
    "*matmul": ("torch", "operator.matmul"),
    "*bmm": ("torch", "operator.matmul"),
    "*mm": ("torch", "operator.matmul"),
}
"""The same for products of matrices, told by a use of their own where the other factor alone is given."""

TELLING_CALLS = {
    "compile": frozenset({"optimizer", "loss", "metrics", "loss_weights"}),
    "fit": frozenset({
        "epochs", "nb_epoch", "batch_size", "validation_data", "validation_split", "steps_per_epoch", "class_weight",
    }),
    "fit_generator": frozenset({
        "epochs", "nb_epoch", "validation_data", "steps_per_epoch", "samples_per_epoch", "class_weight",
    }),
    "evaluate": frozenset({"batch_size"}),
}  # fmt: skip
"""What is given to methods of a Keras model alone, met on a receiver of unknown origin in a file that imports Keras."""


class Use(NamedTuple):
    """A chain of names that may stand for something of a library, on a line of the piece (0-based).

    `keywords` is None for the chain itself, else what a call of it is given: ((keyword, texts), …).
    `column` is the text of a string subscript on it. `late`: seen when the module is complete.
    """

    line: int
    value: Value
    late: bool
    keywords: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    column: str = ""

    def of(self, value: Value) -> Use:
        return Use(self.line, value, self.late, self.keywords, self.column)


@dataclass(slots=True)
class Findings:
    """What one piece says; lines are 0-based within it."""

    parsed: bool = True
    imports: list[tuple[int, str]] = field(default_factory=list)  # as written, relative ones left out
    table: dict[str, Value] = field(default_factory=dict)  # module-level names that its imports bind
    binds: dict[str, Value] = field(default_factory=dict)  # module-level names after it, imports included
    declared_global: dict[str, Value] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    operators: list[tuple[int, str]] = field(default_factory=list)
    strings: python_strings.Strings = field(default_factory=python_strings.Strings)
    shapes: list[python_shapes.Shape] = field(default_factory=list)
    annotated: list[int] = field(default_factory=list)  # lines of annotated functions
    functions: int = 0
    prose: set[int] = field(default_factory=set)  # lines of docstrings
    globals: frozenset[str] = frozenset()  # declared so at the level of the piece
    nonlocals: frozenset[str] = frozenset()
    attributes: list[tuple[str, str, Value]] = field(default_factory=list)  # (name, attribute, value) bound so
    returns: Value = UNKNOWN  # what it returns; of a head: as annotated
    does: bool = False  # more than a docstring, `pass` or `raise`
    computes: bool = False
    cuts: bool = False  # a text into pieces
    asserts: bool = False
    # of a head only
    line: int = 0  # of the definition below its decorators
    first: str = ""  # first parameter
    parameters: dict[str, Value] = field(default_factory=dict)
    wraps: tuple[str, ...] = ()  # names of decorators
    bases: Value = UNKNOWN
    _by_line: dict[int, list[Use]] | None = None

    @property
    def by_line(self) -> dict[int, list[Use]]:
        """Uses by their line."""
        found = self._by_line
        if found is None:
            found = self._by_line = {}
            for use in self.uses:
                found.setdefault(use.line, []).append(use)
        return found


def first_part(form: str) -> tuple[str, str]:
    """`.model.fit` → (`model`, `.fit`)."""
    if form[:1] != ".":
        return "", form
    end = len(form)
    for mark in (".", "(", "["):
        at = form.find(mark, 1)
        if at > 0:
            end = min(end, at)
    return form[1:end], form[end:]
