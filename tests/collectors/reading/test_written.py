"""Learners written by hand in Rust, C++ and languages of the JVM."""

import pytest

from data.models import FactKind
from tests.collectors.reading.reading import read, values

RUST = "impl Tree {\n    pub fn fit(&mut self, x: &[f64]) {\n    }\n    pub fn predict(&self, x: &[f64]) -> f64 {\n        1.0\n    }\n}\n"
CPP = "class Net {\n  void train(const std::vector<double>& x) {\n  }\n  std::vector<double> predict(double x) {\n  }\n};\n"
LEARNERS = {
    "Rust": ("src/tree.rs", RUST),
    "C++": ("net.hpp", CPP),
    "outside of the class": (
        "net.cpp",
        "void Net::backward(double e)\n{\n}\nMatrix Net::feedForward(Matrix &x)\n{\n}\n",
    ),
    "Scala": (
        "Ridge.scala",
        "class Ridge {\n  override def fit(x: Point): Unit = {\n  }\n  def predict(x: Point): Option[Double] =\n    None\n}\n",
    ),
    "Scala, over many lines": (
        "Net.scala",
        "class Net {\n  def fit(x: Point)(implicit y: Point):\n  Unit = {\n  }\n  def predict(\n    x: Point\n  ): Double = 1.0\n}\n",
    ),
    "Java": (
        "Net.java",
        "class Net {\n  public void train(double[][] x, int[] y) {\n  }\n  double[] predict(double[] x)\n  {\n  }\n}\n",
    ),
    "Kotlin": (
        "Net.kt",
        "class Net {\n  fun fit(x: Matrix) {\n  }\n  fun predict(x: Matrix): Double = x.sum()\n}\n",
    ),
    "CUDA": ("net.cu", "float *forward(float *x) {\n}\nvoid backward(float *x) {\n}\n"),
}
NONE = {
    "no answer": ("src/tree.rs", RUST.replace("predict", "print")),
    "promised, not written": (
        "src/model.rs",
        "trait Model {\n    fn fit(&mut self);\n    fn predict(&self) -> f64;\n}\n",
    ),
    "declared": ("net.h", "class Net {\n  void train(int x);\n  int predict(int x);\n};\n"),
    "called": ("main.cpp", "int main() {\n  net.train(x);\n  auto y = net.predict(x);\n}\n"),
    "a crate's": ("src/tree.rs", "use linfa::prelude::*;\n" + RUST),
    "a library's": ("net.hpp", "#include <torch/torch.h>\n" + CPP),
    "a trait": (
        "Model.scala",
        "trait Model {\n  def fit(x: Point): Unit\n  def predict(x: Point): Double\n}\n",
    ),
    "an interface": (
        "Model.java",
        "interface Model {\n  void fit(double[] x);\n  double predict(double[] x);\n}\n",
    ),
    "called on the JVM": (
        "Main.java",
        "class Main {\n  double go() {\n    model.fit(\n        x);\n    return predict(\n        x);\n  }\n}\n",
    ),
    "Spark's": (
        "Work.java",
        "import org.apache.spark.ml.Pipeline;\nclass Work {\n  void train(Data x) {\n  }\n  Data predict(Data x) {\n  }\n}\n",
    ),
    "in a comment": ("net.hpp", "/*\n" + CPP + "*/\n"),
}


@pytest.mark.parametrize("case", LEARNERS)
def test_learners_written_by_hand(case):
    path, text = LEARNERS[case]
    assert "estimator-class" in values(read(text, path), FactKind.STRUCTURE)


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_learner(case):
    path, text = NONE[case]
    assert not values(read(text, path), FactKind.STRUCTURE)


SCALER = "class StandardScaler extends Step {\n  def fit(x: Point): Unit = {\n  }\n  def transform(x: Point): Point = {\n  }\n}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SCALER, {"class:StandardScaler"}),
        (SCALER.replace("StandardScaler", "Warehouse"), set()),
        (SCALER.replace("fit", "put"), set()),
        ("import org.apache.spark.ml.feature.StandardScaler\n" + SCALER, set()),
    ],
)
def test_transformers_of_the_jvm(text, found):
    assert values(read(text, "Step.scala"), FactKind.STRUCTURE) == found
