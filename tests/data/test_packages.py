import pytest

from data.packages import package_of


@pytest.mark.parametrize(
    ("language", "value", "package"),
    [
        ("python", "torch.nn", "torch"),
        ("python", "os.path", ""),
        ("python", "osmnx", "osmnx"),
        ("r", "data.table", "data.table"),
        ("r", "stats", ""),
        ("julia", "Flux.Optimise", "Flux"),
        ("julia", "LinearAlgebra", ""),
        ("javascript", "@tensorflow/tfjs/dist/x", "@tensorflow/tfjs"),
        ("typescript", "lodash/fp", "lodash"),
        ("javascript", "node:fs", ""),
        ("javascript", "fs/promises", ""),
        ("javascript", "./mine", ""),
        ("java", "org.apache.spark.sql.SparkSession", "org.apache.spark"),
        ("scala", "scala.collection.mutable", ""),
        ("java", "java.util.List", ""),
        ("rust", "polars::prelude", "polars"),
        ("rust", "std::io", ""),
        ("go", "github.com/gorilla/mux/x", "github.com/gorilla/mux"),
        ("go", "net/http", ""),
        ("cpp", "opencv2/opencv.hpp", "opencv2"),
        ("cpp", "vector", ""),
        ("fortran", "stdlib_linalg", "stdlib_linalg"),
    ],
)
def test_package_of(language, value, package):
    assert package_of(language, value) == package
