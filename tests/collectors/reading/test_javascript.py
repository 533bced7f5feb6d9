"""JavaScript and TypeScript: what names stand for, options of calls, data, SQL, tests."""

from __future__ import annotations

import pytest

from tests.collectors.reading.languages import said

JAVASCRIPT_SQL = {
    "in quotes": ('pool.query("SELECT a FROM b JOIN c");\n', {(1, "select"), (1, "join")}),
    "a template": ("db.all(`SELECT a\n  FROM b\n  WHERE c = 1`);\n", {(1, "select")}),
    "a template opened above": ("const q = `\n  SELECT a\n  FROM b\n`;\n", {(2, "select")}),
    "words": ('title = "Select a plan"; note = `update your settings`;\n', set()),
    "in a comment": ("// SELECT a FROM b\n", set()),
    "sentences": (
        'a = "Select your county from the list"; b = "Select from predefined scenarios. Each differs"; c = "Copy the link to share"; d = "Create a new view"; e = "Create Table/1"; f = "Create index";\n',
        set(),
    ),
    "words for a choice": ('choose("Select contrast to extract results from DESeq:");\n', set()),
    "a column named like a word": ('q("select the from an_order where b = 1"); r("SELECT from_date FROM the_orders");\n', {(1, "select")}),
}  # fmt: skip


@pytest.mark.parametrize("name", JAVASCRIPT_SQL)
def test_sql_in_javascript(name):
    text, expected = JAVASCRIPT_SQL[name]
    assert said("a.ts", text, "sql") == expected


ADDRESSES = {
    "images": ("const A = 'https://host.example/data/mnist_images.png';\n", {(1, "mnist_images.png")}),
    "no ending": ("const A = 'https://host.example/data/mnist_labels_uint8';\n", {(1, "mnist_labels_uint8")}),
    "a network": ("const name = 'yolov5n.onnx';\n", {(1, "yolov5n.onnx")}),
    "a network beside the page": ("const at = './models/digits.onnx';\n", {(1, "digits.onnx")}),
    "settings beside the page": ("const at = './config.json';\n", set()),
    "a picture of the page": ("const A = 'https://host.example/credit-card.png';\n", set()),
    "a link to a network": ("const url = 'https://twitter.com/share';\n", set()),
    "an asset": ("import a from './images/train.png';\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_of_data_in_javascript(name):
    text, expected = ADDRESSES[name]
    assert said("a.js", text, "data") == expected


CANDLES = {
    "over lines": ("const d = {\n  open: 1,\n  high: 2,\n  low: 0.5,\n  close: 1.5,\n};\n", {(2, "ohlc")}),
    "on one line": ("return { open: s.open / 9, high: s.high, low: s.low, close: s.close };\n", {(1, "ohlc")}),
    "a door": ("const d = { open: true, close: false };\n", set()),
    "a menu": ("open: () => 1,\nclose: () => 2,\n", set()),
}


@pytest.mark.parametrize("name", CANDLES)
def test_prices_of_a_day_in_javascript(name):
    text, expected = CANDLES[name]
    assert said("a.ts", text, "data") == expected


JS = {
    "namespace": (
        "import * as tf from '@tensorflow/tfjs';\nconst l = tf.layers.dense({units: 1});\n",
        {(2, "@tensorflow/tfjs.layers.dense")},
    ),
    "variable": (
        "const tf = require('@tensorflow/tfjs-node');\nlet model = tf.sequential();\nmodel.fit(x, y, {epochs: 3});\n",
        {(2, "@tensorflow/tfjs-node.sequential"), (3, "@tensorflow/tfjs-node.sequential().fit")},
    ),
    "member": ("import {layers as L} from '@tensorflow/tfjs';\nL.lstm({});\n", {(2, "@tensorflow/tfjs.layers.lstm")}),
    "global": ("const x = tf.tensor([1]);\n", {(1, "@tensorflow/tfjs.tensor")}),
    "own name like a global": ("const tf = mine();\ntf.tensor([1]);\n", set()),
    "relative": ("import tf from './tf';\ntf.tensor([1]);\n", set()),
    "strings and comments": (
        "import * as tf from '@tensorflow/tfjs';\n// tf.a()\nx = 'tf.b()';\n/* tf.c()\ntf.d() */\n",
        set(),
    ),
    "layers by their names": (
        "import * as tf from '@tensorflow/tfjs';\nconst s = [{ 'conv2d': {} }];\nmake(tf.layers[kind]);\n",
        {(2, "@tensorflow/tfjs.layers.conv2d"), (3, "@tensorflow/tfjs.layers")},
    ),
    "OpenCV of the page": ("const m = cv.imread(image);\n", {(1, "opencv.js.imread")}),
    "a life of one's own": ("const cv = load();\ncv.imread(1);\n", set()),
    "on the line below": (
        "const tf = require('@tensorflow/tfjs');\nconst l = tf.layers\n  .conv2d(args)\n  .apply(x);\nf(x)\n  .then(g);\n",
        {(2, "@tensorflow/tfjs.layers"), (3, "@tensorflow/tfjs.layers.conv2d")},
    ),
    "from a content network": (
        "import * as d3 from 'https://cdn.jsdelivr.net/npm/d3@7/+esm';\nimport * as tf from 'npm:@tensorflow/tfjs@4';\nd3.bin();\ntf.tidy();\n",
        {(3, "d3.bin"), (4, "@tensorflow/tfjs.tidy")},
    ),
    "from a place like one": ("import * as d3 from 'https://example.org/npm/d3@7';\nd3.bin();\n", set()),
    "longer names": ("import * as tf from '@tensorflow/tfjs';\nmytf.a(); x.tf.b(); tf2.c();\n", set()),
    "made by new": (
        "import {Kafka} from 'kafkajs';\nconst kafka = new Kafka();\nkafka.producer();\n",
        {(2, "kafkajs.Kafka"), (3, "kafkajs.Kafka().producer")},
    ),
    "a class of its own": (
        "import * as tf from '@tensorflow/tfjs';\nclass Net extends tf.Sequential {\n go() {\n  this.add(1);\n  this.size;\n  go(2);\n }\n}\nconst net = new Net();\nnet.fit(x);\n",
        {
            (2, "@tensorflow/tfjs.Sequential"),
            (4, "@tensorflow/tfjs.Sequential().add"),
            (9, "@tensorflow/tfjs.Sequential"),
            (10, "@tensorflow/tfjs.Sequential().fit"),
        },
    ),
    "a part of a page": ("import React from 'react';\nclass A extends React.Component {\n f() { this.setState(1); }\n}\n", {(2, "react.Component")}),
    "a model handed over": (
        "import * as tf from '@tensorflow/tfjs';\nfunction learn(model) {\n  model.summary();\n  this.net.compile(a);\n}\n",
        {(4, "@tensorflow/tfjs.model().compile")},
    ),
    "nobody's model": ("import {a} from 'webpack';\nfunction build(model) { model.compile(a); fit(b); }\n", {(2, "webpack.a")}),
}  # fmt: skip


@pytest.mark.parametrize("name", JS)
def test_javascript_symbols(name):
    text, expected = JS[name]
    assert said("a.js", text, "symbol") == expected


def test_javascript_options_of_their_own_call():
    text = "import * as tf from '@tensorflow/tfjs';\nconst m = tf.sequential();\nm.compile({\n  optimizer: 'adam',\n  metrics: ['accuracy', 'mse'],\n  loss: f({inner: 1})\n});\n"
    compiled = "@tensorflow/tfjs.sequential().compile"
    assert said("a.js", text, "argument") == {
        (4, f"{compiled}(optimizer=)"),
        (4, f"{compiled}(optimizer=adam)"),
        (5, f"{compiled}(metrics=)"),
        (5, f"{compiled}(metrics=accuracy)"),
        (5, f"{compiled}(metrics=mse)"),
        (6, f"{compiled}(loss=)"),
    }
    assert said("a.js", text, "argument", wanted=[4]) == {
        (5, f"{compiled}(metrics={word})") for word in ("", "accuracy", "mse")
    }


JAVASCRIPT_TESTS = {
    "jest": (
        "describe('a', () => {\n  it('adds', () => {\n    expect(f(1)).toBe(2);\n  });\n  test.skip(`b`, g);\n});\n",
        {2, 5},
    ),
    "nothing asserted": ("it('is', a);\n", set()),
    "rendered": ("it('renders', () => {\n  ReactDOM.render(<App />, div);\n});\n", {1}),
    "a condition": ("if (/a/.test('b')) { expect(1); }\nwait('x'); submit('y');\n", set()),
}


@pytest.mark.parametrize("name", JAVASCRIPT_TESTS)
def test_tests_in_javascript(name):
    text, lines = JAVASCRIPT_TESTS[name]
    assert said("a.js", text, "structure") == {(line, "test-function") for line in lines}


def test_the_task_of_a_pipeline_in_javascript():
    text = "import { pipeline } from '@huggingface/transformers';\nconst p = await pipeline('summarization', model);\nq = other('summarization');\n"
    assert said("a.js", text, "argument") == {(2, "@huggingface/transformers.pipeline(1=summarization)")}


def test_the_learning_rate_is_the_first_thing_that_an_optimiser_is_given():
    text = "import * as tf from '@tensorflow/tfjs';\ntf.train.sgd(rate);\ntf.train.adam();\ntf.train.adam(1e-3);\ntf.other.sgd(1);\n"
    given = {(2, "@tensorflow/tfjs.train.sgd(learningRate=)"), (4, "@tensorflow/tfjs.train.adam(learningRate=)")}
    assert said("a.js", text, "argument") == given


def test_javascript_options_by_the_name_of_a_variable():
    text = "import * as tf from '@tensorflow/tfjs';\nlearn = (model) => model.fit(x, y, {\n  batchSize,\n  epochs,\n  callbacks: [one, two],\n  each: ({three, four}) => five,\n});\n"
    assert said("a.js", text, "argument") == {
        (line, f"@tensorflow/tfjs.model().fit({key}=)")
        for line, key in ((3, "batchSize"), (4, "epochs"), (5, "callbacks"), (6, "each"))
    }


def test_epochs_beside_the_size_of_batches_in_javascript():
    trained = "const done = await mine.train({\n  x,\n  epochs: 5,\n  batchSize: 32,\n});\n"
    assert said("a.ts", trained, "structure") == {(3, "epoch-loop")}
    for other in ("const batchSize = 32;\nshow({epochs: 5});\n", "ask({epochs: words, batchSize: 3});\n"):
        assert not said("a.js", other, "structure")
