"""What a name stands for, as text: the normal form of origins.

    numpy.linalg.svd              a path below an import
    pandas.read_csv()             what a library call returned, and whatever was made from it since
    pandas.read_csv().fillna      an attribute of such a thing
    pandas.read_csv()[]           a list or dictionary of such things
    =torch.nn.Module()            calling it gives such a thing (a function that returns one, a subclass)

The origin call and the last attributes are kept, nothing between: `pd.read_csv(f).dropna().groupby(k).agg(g)`
is `pandas.read_csv().agg`. Calling, subscripting, iterating or computing with a thing of an origin keeps
the origin, so forms do not grow along a program.

Inside one piece of source a value is symbolic: alternatives of (root, form), where root is a name of the
module, "" for an absolute path, or one of the marks below; the first alternative that resolves wins.
"""

from __future__ import annotations

Alternative = tuple[str, str]
Value = tuple[Alternative, ...]

UNKNOWN: Value = ()
LOCAL = "-"  # root of what is made in this module: known, and no library
SOMETHING = "?"  # root of an unknown receiver
INSTANCE = "\0"  # root prefix of `self` in the piece's class of that number

MOST_ALTERNATIVES = 3
LONGEST_FORM = 200


def join(base: str, rest: str) -> str | None:  # noqa: PLR0911 - one form after another
    """The form of `rest` (attributes, a call, attributes) taken on a thing of form `base`; None: unknown."""
    if not rest:
        return base
    if rest[0] == "=":
        inner = join(base, rest[1:])
        return None if inner is None or inner[:1] == "=" else "=" + inner
    if rest.endswith("[]"):
        inner = join(base, rest[:-2])
        return None if inner is None or inner[:1] == "=" or inner.endswith("[]") else inner + "[]"
    if base[:1] == "=":
        return join(base[1:], rest[2:]) if rest.startswith("()") else None
    if base.endswith("[]"):
        for way in ("()", ".values()", ".items()"):
            if rest.startswith(way):
                return join(base[:-2], rest[len(way) :])
        return None
    if "()" in base:
        call = rest.find("()")
        return settled(base) + (rest if call < 0 else rest[call + 2 :])
    return base + rest if len(base) <= LONGEST_FORM else None


def settled(form: str) -> str:
    """What a name keeps of a form: the origin without attributes taken on it."""
    call = form.find("()")
    if call < 0 or form.endswith("[]"):
        return form
    return form[: call + 2]


def attribute(value: Value, name: str) -> Value:
    found = []
    for root, form in value:
        if form[:1] == "=" or len(form) > LONGEST_FORM:
            continue
        if not form.endswith("[]"):
            found.append((root, f"{form}.{name}"))
        elif name in ("values", "items", "copy"):
            found.append((root, form))
    return tuple(found)


def called(value: Value) -> Value:
    """What calling, subscripting, iterating or awaiting gives."""
    if len(value) == 1:
        root, form = value[0]
        if form[:1] != "=" and form[-2:] != "[]":
            call = form.find("()")
            return ((root, form + "()" if call < 0 else form[: call + 2]),)
    found = []
    for root, form in value:
        made = join(form, "()") if form else "()"
        if made is not None:
            found.append((root, made))
    return tuple(found)


def kept(value: Value) -> Value:
    """What an assigned name keeps."""
    return tuple([(root, settled(form)) for root, form in value]) if value else value


def either(*values: Value) -> Value:
    found: list[Alternative] = []
    for value in values:
        found += [alternative for alternative in value if alternative not in found]
    return tuple(found[:MOST_ALTERNATIVES])


def many(value: Value) -> Value:
    """A container of such things."""
    return tuple([(root, settled(form) + "[]") for root, form in value if form[:1] != "=" and form[-2:] != "[]"])


def made(value: Value) -> Value:
    """Something whose call gives this value."""
    return tuple([(root, "=" + settled(form)) for root, form in value if form[:1] != "="])
