"""Names of what people write by hand: classes, functions and scripts that are called as the field calls them.

Only such names are kept, never all that a file defines: what one's own functions are called is nobody's matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORDS = frozenset(
    """
    acc accu accuracy acf adam anneal annealing anova ap apriori arima attention auc augment auroc bagging
    batchnorm bayes bert bertscore bleu boost boosting bootstrap bpe brier calibration categorical cbow climb
    climbing cluster clustering cnn collaborative compose confidence confusion conv convolution convolve
    correlation cosine covariance crop cv dbscan decoder descent dice discretizer distance dropout eigen elbow
    elimination embedding encode encoder ensemble entropy euclidean evolution expectation f1 feature features fid
    flip fold folds forest gan gaussian genetic gibbs gini gmm gpt gradient gradients grads gru hdi hot hpd hpdi
    huber ica impute imputer interval iou jaccard jitter kalman kernel kfold kmeans kmedoids knn lasso layernorm
    lda likelihood llama logistic logloss lstm mae mape markov mcmc metric metrics metropolis mlp momentum mse ndcg
    network neural newton nmf nms normalisation normalise normaliser normalization normalize normalizer onehot
    optimiser optimizer outlier outliers pagerank pca percentile perceptron permutation perplexity polynomial
    precision preprocess preprocessing principal psi quantile rbf recall recommend recommendation recommender
    regression regularization regularizer relu resample rescale residual ridge rmse rmsle rmsnorm rnn roc rouge
    scaler scaling scheduler score select selection selector sgd sigmoid silhouette similarity smote softmax split
    stacking standardise standardiser standardize standardizer stratified svd svm swarm tfidf tokenise tokenize
    tokenizer transformer tree tsne ttest umap variance vectoriser vectorizer vif viterbi vocab vocabulary warmup
    whiten woe xavier zscore
    admm advection bfgs burgers codon codons fista helmholtz ista kmer kmers lbfgs levenberg nelder nucleotide
    nucleotides proximal schrodinger smiles subgradient turbulence vorticity
    """.split()  # noqa: SIM905 - words read better than strings
)
_JOINED = re.compile(
    r"accuracy|batch_?norm|_f1(?![0-9a-z])|(?<![a-z])f1_|conv[123]d|cross_?val|grid_?search|hyper_?param|k_?fold|k_?means|k_?nn|layer_?norm|one_?hot|one_?of_?k|(?<![a-z])p_?val(?:ue)?(?![a-z])|(?<![a-z])[tz]_(?:test|stat)|(?<![a-z])[tz]stat(?:istic)?s?(?![a-z])|(?<![a-z])ks_test|chi_squared?_test|param(?:eter)?s?_?server|random_?search|rms_?(?:norm|prop)|seq2seq|skip_?gram|t_?sne|word2vec|allen_?cahn|amino_?acid|frank_?wolfe|line_?search|lattice_?boltzmann|lennard_?jones|navier_?stokes|reverse_?complement",
    re.IGNORECASE,
)
_APART = re.compile(r"\A(?:Test|test)|(?:Tests?|TestCase|Config|Error|Args|Schema|Request|Response)\Z")
_LONGEST = 60


def speaks(name: str) -> bool:
    """Whether a class or function of this name may be an algorithm, a layer, a metric or the like."""
    if len(name) > _LONGEST or not name.isascii() or _APART.search(name) is not None:
        return False
    return _JOINED.search(name) is not None or any(word.lower() in _WORDS for word in _WORD.findall(name))


def cuts_text(name: str) -> bool:
    """Whether a function of this name is about pieces of text or units of vectors, so that one call does its work."""
    return any(word in name.lower() for word in ("token", "hot", "vocab"))


def script_name(paths: Sequence[str]) -> str:
    """The name of a lone Python file, lower case, when an algorithm may be meant by it: `src/pca.py` → `pca`."""
    name = paths[0].rpartition("/")[2].removesuffix(".py").lower() if len(paths) == 1 else ""
    return name if name.isidentifier() and not name.startswith("test") and speaks(name) else ""
