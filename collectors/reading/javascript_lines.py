"""What single lines of JavaScript tell whatever their names stand for: data, SQL, tests, layers by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading import written
from collectors.reading.addresses import host
from collectors.reading.code import Code, Found, each
from collectors.reading.patterns import compiled
from collectors.reading.python_sql import features, surely_statement
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

STRING = compiled(r"\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`[^`\n]*+`?")
_DATA_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx", ".geojson", ".npy", "-ubyte", ".onnx")
_ADDRESS = re.compile(  # of data that no ending tells alone
    r"https?://\S{1,300}/([\w.-]{0,60}(?:images?|labels?|sprites?|dataset|train|test)[\w.-]{0,20}?(?:\.(?:png|jpe?g|bin|zip|gz|npz))?)"
)
_LONGEST_NAME = 80
_FETCHES = ("fetch", "getJSON", "ajax", "axios", "d3.csv", "d3.json", "data.csv", "readFile", ".get(")
_STATEMENT = re.compile(
    r"[\"'`\s](?:select|insert\s++into|update|delete\s++from|create\s++table|with)\s", re.IGNORECASE
)
_OPENS_AT = re.compile(r"[\"']?\bopen[\"']?\s*+:")
_CANDLE = re.compile(r"(?s).{0,400}?\bhigh[\"']?\s*+:.{0,200}?\blow[\"']?\s*+:.{0,200}?\bclose[\"']?\s*+:")
_LAYERS_BY_NAME = re.compile(r"\.layers\s*+\[")
_LAYER_NAME = re.compile(
    r"[\"'](conv[123]d(?:Transpose)?|separableConv2d|lstm|gru|simpleRNN|bidirectional|dropout|batchNormalization)[\"']"
)
_TEST = re.compile(r"^\s*+(?:test|it)(?:\.\w{1,20})?\s*+\(\s*+[\"'`]")
_ASSERTS = re.compile(  # that a component can be rendered is asserted by rendering it
    r"\b(?:expect|assert(?:\.\w+)?|t\.(?:is|deepEqual|ok|equal)|ReactDOM\.render|createRoot|shallow|mount|renderer\.create)\s*+\("
)
_SENSED = {  # what a page takes in
    "getImageData": "pixels-read",
    "decodeAudioData": "sound-read",
    "AudioContext": "sound-read",
    "AudioWorklet": "sound-read",
}
_LOOK_AHEAD = 12
_EPOCHS = re.compile(r"\bepochs[\"']?\s*+:\s*+\d")
_BATCH = re.compile(r"\bbatchSize[\"']?\s*+:\s*+\d")
_NEAR = 4  # lines between the two, in the options of one training


def told(code: Code, wanted: Collection[int], models: str) -> Iterator[Found]:
    """Facts of the wanted lines; `models` is the library whose layers may be named, or ""."""
    has_tests = ("it(" in code.text or "test(" in code.text) and _ASSERTS.search(code.text) is not None
    sensed = {word: shape for word, shape in _SENSED.items() if word in code.text}
    trains = "epochs" in code.text and "batchSize" in code.text
    layers = f"{models}.layers" if models and _LAYERS_BY_NAME.search(code.text) else ""
    for index, line in each(code, wanted):
        if layers:
            yield from ((index, FactKind.SYMBOL, f"{layers}.{match[1]}") for match in _LAYER_NAME.finditer(line))
        yield from ((index, FactKind.STRUCTURE, shape) for shape in {sensed[word] for word in sensed if word in line})
        if has_tests and _TEST.match(line):
            yield index, FactKind.STRUCTURE, "test-function"
        yield from ((index, FactKind.STRUCTURE, shape) for shape in written.in_javascript(code, index))
        yield from ((index, FactKind.DATA, name) for name in _data_names(line))
        if trains and "epochs" in line and _EPOCHS.search(line) and _is_batched(code, index):
            yield index, FactKind.STRUCTURE, "epoch-loop"
        if "open" in line and _is_candle(code, index, line):
            yield index, FactKind.DATA, "ohlc"
        if _STATEMENT.search(line):
            yield from ((index, FactKind.SQL, feature) for feature in _sql(code, index, line))


def _is_batched(code: Code, index: int) -> bool:
    """Whether the size of batches is set beside the number of epochs, whatever the training hangs on."""
    return any(_BATCH.search(line) for line in code[max(0, index - _NEAR) : index + _NEAR + 1])


def _is_candle(code: Code, index: int, line: str) -> bool:
    """Whether an object has the prices of a day: where they opened, their highest, lowest and where they closed."""
    opens = _OPENS_AT.search(line)
    return (
        opens is not None and _CANDLE.match("\n".join([line[opens.end() :], *code[index + 1 : index + 4]])) is not None
    )


def _sql(code: Code, index: int, line: str) -> Iterator[str]:
    """What a statement in a text asks for; one that begins a line may stand in a text that was opened above."""
    for match in STRING.finditer(line):
        text = match[0].strip("\"'`")
        if "`" in match[0][:1] and len(match[0]) == len(line) - match.start():
            text += "\n" + "\n".join(code[index + 1 : index + 1 + _LOOK_AHEAD]).partition("`")[0]
        if surely_statement(text):
            yield from (feature for _, feature in features(text))
            return
    if index and code[index - 1].rstrip().endswith("`"):
        text = "\n".join(code[index : index + _LOOK_AHEAD]).partition("`")[0].strip()
        if surely_statement(text):
            yield from (feature for _, feature in features(text))


def _data_names(line: str) -> Iterator[str]:
    fetches = any(word in line for word in _FETCHES) or "url" in line.lower()
    if not fetches and "http" not in line and not any(ending in line for ending in _DATA_ENDINGS):
        return
    for match in STRING.finditer(line):
        text = match[0].strip("\"'`").partition("?")[0]
        if address := _ADDRESS.fullmatch(text):
            yield address[1]
            continue
        name = text.rpartition("/")[2]
        beside = text.startswith("./") and name.endswith(".json")  # most are settings
        if name.endswith(_DATA_ENDINGS) and not beside and 0 < len(name) <= _LONGEST_NAME:
            yield name
        elif fetches and (source := host(text)):
            yield source
