"""Languages of which little more than imports is read: Scala, Java, Kotlin, Go, Rust, C and C++, Lua."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading import python_sql, written
from collectors.reading.addresses import data_names
from collectors.reading.code import C_LIKE, LUA, Code, CodeReader, Found, each
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_JVM = re.compile(r"^\s*+import\s++(?:static\s++)?([\w.`]{1,200}+)(\.?\{[^}\n]{0,1000}\})?(?:\.?[*_])?")
_JVM_NEXT = re.compile(r"[;,]\s*+import\s++|,\s*+(?=[a-z][\w.]*\.)")
_JVM_FORMAT = re.compile(
    r"\.format\(\s*+\"(kafka|kinesis|pulsar|eventhubs|jdbc|bigquery|snowflake|redshift|mongodb|mongo|delta|hudi|iceberg"
    r"|parquet|orc|avro|json|xml|com\.databricks\.spark\.xml|org\.apache\.spark\.sql\.cassandra|org\.apache\.hudi|org\.elasticsearch\.spark\.sql|es"
    r"|com\.mongodb\.spark\.sql(?:\.DefaultSource)?|org\.apache\.spark\.sql\.redis|org\.apache\.hadoop\.hbase\.spark|net\.snowflake\.spark\.snowflake|io\.github\.spark_redshift_community\.spark\.redshift"
    r"|com\.databricks\.spark\.redshift|org\.apache\.phoenix\.spark|neo4j|org\.neo4j\.spark\.DataSource)\""
)
_JVM_WRITES = re.compile(r"\.(?:write|writeStream|writeTo)\b")
_JVM_READS = re.compile(r"\.(?:read|readStream)\b")
_JVM_METHOD = re.compile(
    r"\.(?:(na)\s*+(?:\(\))?\s*+\.(?:fill|drop|replace)\(|(write\s*+(?:\(\))?[^;\n]{0,200}\.(?:jdbc|insertInto|saveAsTable)\(|saveToEs\(|saveToCassandra\()"
    r"|(isNull|isNotNull|isNaN)\b|(parquet|json|xml)\()"
    r"|\b(?:from_|to_|schema_of_)(json|xml)\(|\bget_(json)_object\(|\b(json)_tuple\("
)
_SHADED = re.compile(  # org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind
    r"\.(?:shaded?|shadow|shading|repackaged|relocated|third_?party)\.(?:\w+\.)?((?:com|org|net|io|javax|jakarta)\.\w.+)"
)
_JVM_TEXT = re.compile(r"\"([^\"\n]{5,300})\"")
_JVM_TOPIC = re.compile(  # of Kafka, in two words or more: TOPIC_NAME = "stock-price"
    r"(?:\b\w{0,40}(?:topic|topic_?name)\s*+(?::\s*+String\s*+)?=|\.option\(\s*+\"subscribe\"\s*+,)\s*+\"([a-z]{3,30}(?:[._-][a-z]{2,30}){1,5})\"",
    re.IGNORECASE,
)
_JVM_ADDRESS = re.compile(r"\"jdbc:(\w{2,20}+):")
_LAYERED = re.compile(
    r"\.(l1|l2|dropOut|weightDecay|learningRate|iterations|optimizationAlgo|updater)\("
)  # of Deeplearning4j
_JVM_ROOMY = re.compile(
    r"^\s*+import\s++((?:org\.apache\.(?:spark|flink)|org\.deeplearning4j|org\.nd4j|weka|breeze)[\w.]{0,100}?)\.[*_]\s*+;?\s*+$"
)
_JVM_CLASS = re.compile(r"(?<![\w.])(?:new\s++)?([A-Z]\w{2,60}+)\s*+(?:\[[\w, ]{0,60}\]\s*+)?[(.]")
_LOOK_BACK = 8
_CALLS = r"\b(?:sql|execute(?:Query|Update|Sql)?|prepare(?:Statement|Call)|sqlQuery|sqlUpdate|queryForList)"
_CASSANDRA = re.compile(r"\b(?:datastax|cassandra)\b")
_JVM_SQL = re.compile(r"(?:" + _CALLS + r"\(|\boption\(\s*+\"(?:query|dbtable)\"\s*+,)\s*+[sf]?+\"{1,3}\(?(?!\")")
_JVM_SQL_OPEN = re.compile(_CALLS + r"\(\s*+[sf]?+\"\"\"\s*+\Z")
_GO_ONE = re.compile(r"^\s*+import\s++(?:[\w.]++\s++)?\"([^\"\n]{1,200})\"")
_GO_ROW = re.compile(r"^\s*+(?:[\w.]++\s++)?\"([^\"\n]{1,200})\"\s*+$")
_RUST = re.compile(
    r"^\s*+(?:pub(?:\([\w: ]{1,40}\))?\s++)?(?:use\s++(?:::)?([A-Za-z_]\w*+(?:::\w++){0,12})|extern\s++crate\s++(\w++))"
)
_RUST_OWN = frozenset({"crate", "self", "super"})
_INCLUDE = re.compile(r"^\s*+#\s*+include\s*+(?:<([^>\n]{1,200})>|\"([^\"\n]{1,200})\")")
_LUA = re.compile(r"\brequire\s*+\(?\s*+[\"']([\w./-]{1,100})[\"']")


def _jvm(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    roomy, is_spark = _jvm_head(code)
    for index, line in each(code, wanted):
        if '"' in line or "elect" in line or "ELECT" in line:
            yield from _jvm_strings(code, index, line)
        if "import" in line:
            yield from _jvm_imports(index, line)
            continue
        if is_spark and ("." in line or "json" in line):
            yield from _spark_methods(index, line)
        if roomy:
            for match in _JVM_CLASS.finditer(line):
                for package in roomy:
                    yield index, FactKind.IMPORT, f"{package}.{match[1]}"
    if "org.deeplearning4j" in code.text:
        yield from _layers(code, wanted)
    yield from _learners(code, wanted, written.JVM)
    if "transform(" in code.text and "fit(" in code.text:
        yield from ((index, FactKind.STRUCTURE, name) for index, name in written.transformer(code) if index in wanted)


def _layers(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    """How a network of Deeplearning4j is to learn, as its builder is told."""
    for index, line in each(code, wanted):
        for match in _LAYERED.finditer(line):
            yield index, FactKind.IMPORT, f"org.deeplearning4j.nn.conf.NeuralNetConfiguration.Builder.{match[1]}"


def _jvm_head(code: Code) -> tuple[list[str], bool]:
    """(packages of which everything is imported, whether the file works with Spark)."""
    text = code.text
    if "import" not in text:
        return [], False
    roomy = []
    if "._" in text or ".*" in text:
        roomy = list(dict.fromkeys(match[1] for line in code if "import" in line and (match := _JVM_ROOMY.match(line))))
    return roomy, "org.apache.spark" in text


def _spark_methods(index: int, line: str) -> Iterator[Found]:
    """What is done with data frames, whose class no line tells, and models that are loaded."""
    if "Model.load(" in line or "Model.read" in line:
        yield index, FactKind.STRUCTURE, "loaded-model"
    for match in _JVM_METHOD.finditer(line):
        if match[1] or match[3]:
            yield index, FactKind.STRUCTURE, "missing-values"
        elif match[2]:
            yield index, FactKind.ARGUMENT, "write.format(1=jdbc)" if "jdbc" in match[2] else "write.format(1=table)"
        else:
            yield index, FactKind.ARGUMENT, f"format(1={match[match.lastindex or 4]})"


def _jvm_imports(index: int, line: str) -> Iterator[Found]:
    for part in _JVM_NEXT.sub("\n import ", line).split("\n"):
        match = _JVM.match(part)
        if match is None:
            continue
        package = match[1].replace("`", "").strip(".").removesuffix("._")
        if package.endswith(".implicits") and package.count(".") == 1:
            continue  # of a variable, not of a package
        members = _members(match[2] or "")
        shaded = _SHADED.search(package)
        for known in (package, shaded[1]) if shaded else (package,):
            for name in members or ("",):
                yield index, FactKind.IMPORT, f"{known}.{name}" if name else known


def _jvm_strings(code: Code, index: int, line: str) -> Iterator[Found]:
    """SQL handed to a database call, addresses of databases, and what Spark is told to read or write."""
    for match in _JVM_FORMAT.finditer(line):
        yield index, FactKind.ARGUMENT, f"format(1={match[1]})"
        if _writes(code, index, line[: match.start()]):
            yield index, FactKind.ARGUMENT, f"write.format(1={match[1]})"
    if '.option("dbtable"' in line and "read" not in line and _writes(code, index, line.partition(".option(")[0]):
        yield index, FactKind.ARGUMENT, "write.format(1=jdbc)"
    for match in (*_JVM_ADDRESS.finditer(line), *_JVM_TOPIC.finditer(line)):
        yield index, FactKind.DATA, match[1]
    for match in _JVM_TEXT.finditer(line):
        for name in data_names(match[1]):
            yield index, FactKind.DATA, name
    call = _JVM_SQL.search(line)
    text = line[call.end() :] if call else ""
    if not call and index and _JVM_SQL_OPEN.search(code[index - 1]):
        text = line.strip().removeprefix("|")
    if text and python_sql.starts_statement(text) and not _is_cassandra(code):
        for _, feature in python_sql.features(text.partition('"')[0]):
            yield index, FactKind.SQL, feature


def _writes(code: Code, index: int, before: str) -> bool:
    """Whether the chain that a line goes on with writes: its nearest word for either is looked for above."""
    for text in (before, *(code[above] for above in range(index - 1, max(-1, index - 1 - _LOOK_BACK), -1))):
        writes, reads = _JVM_WRITES.search(text), _JVM_READS.search(text)
        if writes or reads:
            return writes is not None
    return False


def _is_cassandra(code: Code) -> bool:
    """Whether statements are in Cassandra's own language, which looks like SQL and is none."""
    return any("import" in line and _CASSANDRA.search(line) for line in code)


def _members(braces: str) -> list[str]:
    """Names between braces: `{A, B => C, _}` → A, B."""
    names = []
    for part in braces.strip(".{}").split(","):
        name = part.replace(" as ", "=>").partition("=>")[0].strip()
        if name and name not in {"_", "*", "given"} and name.replace("`", "").isidentifier():
            names.append(name)
    return names


def _go_blocks(code: Code) -> set[int]:
    """Indexes of lines within `import ( … )`."""
    inside, found = False, set()
    for index, line in enumerate(code):
        text = line.strip()
        if inside:
            if text.startswith(")"):
                inside = False
            else:
                found.add(index)
        elif text.startswith("import") and text.removeprefix("import").strip() == "(":
            inside = True
        elif text.startswith(("func ", "type ", "var ")):
            break
    return found


def _go(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    block = None
    for index, line in each(code, wanted):
        if '"' not in line:
            continue
        match = _GO_ONE.match(line)
        if match is None and (row := _GO_ROW.match(line)):
            block = _go_blocks(code) if block is None else block
            match = row if index in block else None
        if match:
            yield index, FactKind.IMPORT, match[1]


def _rust(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    for index, line in each(code, wanted):
        match = _RUST.match(line)
        if match:
            name = match[1] or match[2]
            if name.partition("::")[0] not in _RUST_OWN:
                yield index, FactKind.IMPORT, name
    yield from _learners(code, wanted, written.RUST)


def _c(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    for index, line in each(code, wanted):
        if "include" in line and (match := _INCLUDE.match(line)):
            yield index, FactKind.IMPORT, (match[1] or match[2]).strip()
    yield from _learners(code, wanted, written.CPP)


def _learners(code: Code, wanted: Collection[int], function: re.Pattern[str]) -> Iterator[Found]:
    if any(written.learner(line, function) for _, line in each(code, wanted)):
        found = written.learners(code, function)
        yield from ((index, FactKind.STRUCTURE, "estimator-class") for index in sorted(found.intersection(wanted)))


def _lua(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    for index, line in each(code, wanted):
        if "require" in line:
            for match in _LUA.finditer(line):
                yield index, FactKind.IMPORT, match[1]


READERS = (
    CodeReader("scala", (".scala", ".sc"), C_LIKE, _jvm),
    CodeReader("java", (".java",), C_LIKE, _jvm),
    CodeReader("kotlin", (".kt", ".kts"), C_LIKE, _jvm),
    CodeReader("go", (".go",), C_LIKE, _go),
    CodeReader("rust", (".rs",), C_LIKE, _rust),
    CodeReader("c", (".c", ".h"), C_LIKE, _c),
    CodeReader("cpp", (".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx", ".ino"), C_LIKE, _c),
    CodeReader("cuda", (".cu", ".cuh"), C_LIKE, _c),
    CodeReader("lua", (".lua",), LUA, _lua),
)
