"""Julia: functions found through `using`, data, SQL, intervals; prose and notebooks of Pluto."""

from __future__ import annotations

import pytest

from tests.collectors.reading.languages import said

JULIA = {
    "exported": ("using Flux\nm = Chain(Dense(2 => 3, relu), softmax)\n", {(2, "Flux.Chain"), (2, "Flux.Dense")}),
    "qualified": ("import Flux\nFlux.train!(f, p, d, o)\nx = Flux.Losses.mse(a, b)\n", {(2, "Flux.train!"), (3, "Flux.Losses.mse")}),
    "not exported to import": ("import Flux\nChain(2)\n", set()),
    "by name": ("using Unheard: widget\nwidget(1)\ngadget(2)\n", {(2, "Unheard.widget")}),
    "another name": ("import CSV as C\nconst D = C\nC.read(a)\nD.write(a)\n", {(3, "CSV.read"), (4, "CSV.write")}),
    "a name for a part": ("import Flux\nconst L = Flux.Losses\nL.mse(a, b)\n", {(2, "Flux.Losses"), (3, "Flux.Losses.mse")}),
    "broadcast": ("using LinearAlgebra\ny = norm.(xs) .+ x.norm(2)\n", {(2, "LinearAlgebra.norm")}),
    "macros": ("using JuMP\n@variable(m, x >= 0)\n@objective m Max x\n", {(2, "JuMP.variable"), (3, "JuMP.objective")}),
    "types": ("using MLJ\nconst T = Standardizer\nmode = machine\n", {(2, "MLJ.Standardizer")}),
    "included": ("m = Chain(Dense(2, 3), relu)\nx = params(m)\n", {(1, "Flux.Chain"), (1, "Flux.Dense")}),
    "included, matrices": ("n = norm(x) + norms\nsvd = 2\n", {(1, "LinearAlgebra.norm")}),
    "included, matrices of one's own": ("norm(x) = sum(x)\nn = norm(x)\n", set()),
    "included, qualified": ("g = Flux.gradient(f, p)\ny = StatsBase.transform(d, x)\nz = thing.Flux.mse(a)\n", {(1, "Flux.gradient"), (2, "StatsBase.transform")}),
    "not included": ("using Knit\nm = Chain(Dense(2, 3))\n", set()),
    "an umbrella": ('using Plots\nimport CSV\ninclude("model.jl")\n', {(1, "Plots.using")}),
    "own": ("using Flux\nstruct Dense\n  w\nend\nChain(x) = 2\nfunction Dropout(p)\nend\nd = Dense(Chain(Dropout(1)))\n", set()),
    "strings and comments": ('using Flux\n# Chain(1)\nx = "Dense(2)"\n#=\nDropout(3)\n=#\n"""\nLSTM(1)\n"""\n', set()),
}  # fmt: skip


@pytest.mark.parametrize("name", JULIA)
def test_julia_symbols(name):
    text, expected = JULIA[name]
    assert said("a.jl", text, "symbol") == expected


def test_julia_arguments_data_and_sql():
    text = (
        "using Flux, DBInterface, CSV\n"
        "d = Flux.DataLoader((x, y = 2);\n  batchsize = 16, shuffle=true)\n"
        'e = CSV.read("in/heart.csv", DataFrame)\n'
        'q = DBInterface.execute(db, "SELECT a FROM b")\n'
        's = dataset("ISLR", "Smarket")\n'
        's = dataset("words", name)\n'
        'u = download("https://raw.githubusercontent.com/someone/covid-19-data/main/all.csv")\n'
    )
    assert said("a.jl", text, "argument") == {(3, "Flux.DataLoader(batchsize=)"), (3, "Flux.DataLoader(shuffle=)")}  # fmt: skip
    assert said("a.jl", text, "data") == {(4, "heart.csv"), (6, "Smarket"), (8, "all.csv"), (8, "covid-19-data")}
    assert said("a.jl", text, "sql") == {(5, "select")}


def test_julia_between_prose():
    text = "# Notes\nusing CSV\n\n```julia; echo = false\nusing Flux\nm = Chain(a)\n```\nChain(b)\n\n```python\nChain(c)\n```\n\n```{julia}\nDense(d)\n```\n"
    assert said("a.jmd", text, "import", "symbol") == {(5, "Flux"), (6, "Flux.Chain"), (15, "Flux.Dense")}


def test_julia_training_set_on_a_model():
    text = "using MLJ\nmodel = NeuralNetworkClassifier(epochs = 2)\nmodel.epochs = 12\npipe.net.batch_size=8\nmodel.epochs == 3\nmodel.name = 4\n"
    assert said("a.jl", text, "argument") == {
        (2, "MLJ.NeuralNetworkClassifier(epochs=)"),
        (3, "MLJFlux.model(epochs=)"),
        (4, "MLJFlux.model(batch_size=)"),
    }
    assert not said("a.jl", "using CSV\nmodel.epochs = 12\n", "argument")


JULIA_INTERVALS = {
    "both ends": "low, high = quantile(draws, [0.025, 0.975])",
    "one by one": "ci = (quantile(draws, .005), quantile(draws, .995))",
    "of a chain": "quantile(chain_negbin)",
}
JULIA_QUANTILES = {
    "quartiles": "q = quantile(x, [0.25, 0.75])",
    "one end": "limit = quantile(x, 0.975)",
    "the ends elsewhere": "pval(0.025, 0.975) + quantile(x, 0.5)",
    "in text": 'println("quantile(x, [0.025, 0.975])")',
    "of the chain's draws": "quantile(chain_draws, 0.5)",
}


@pytest.mark.parametrize("line", [*JULIA_INTERVALS.values(), *JULIA_QUANTILES.values()])
def test_julia_intervals(line):
    expected = {(1, "interval-end")} if line in JULIA_INTERVALS.values() else set()
    assert said("a.jl", line + "\n", "structure") == expected


def test_a_pluto_notebook_tells():
    cells = "".join(f'# ╔═╡ {n}\nmd"""\nWhat we see in step {n}.\n"""\n' for n in range(6))
    assert (1, "markdown-narrative") not in said("a.jl", "x = 1\n" + cells, "structure")
    kept = 'PLUTO_MANIFEST_TOML_CONTENTS = """\n[[deps.Flux]]\nversion = "0.14.1"\n"""\n'
    assert {"markdown-narrative", "pinned-dependencies"} == {
        value for _, value in said("a.jl", "### A Pluto.jl notebook ###\nx = 1\n" + cells + kept, "structure")
    }


def test_optimisers_written_in_julia():
    text = "function ADAM!(m, rate)\n  for p in m\n    p .-= rate .* m.g\n  end\nend\nadam(rate) = Flux.Adam(rate)\nmadam(x) = x * 2\n"
    assert said("a.jl", text, "structure") == {(1, "function:adam")}


def test_epochs_told_to_a_training_in_julia():
    text = "using CSV\n@time train!(model, optimizer = NADAM, epochs = 20)\nfunction train!(m; epochs = 20)\nshow(epochs = 3)\n"
    assert said("a.jl", text, "structure") == {(2, "epoch-loop")}
