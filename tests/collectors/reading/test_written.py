"""Learners written by hand in Rust and C++."""

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
