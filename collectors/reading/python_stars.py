"""Names that come from `from library import *`: what nothing in the module binds is taken for the library's."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STAR = re.compile(rb"^[ \t]*+from[ \t]++([\w.]++)[ \t]++import[ \t]*+\(?[ \t]*+\*", re.MULTILINE)
_NOT_THEIRS = frozenset(dir(builtins)) | frozenset(
    """
    basestring cmp execfile file long raw_input reduce reload unichr unicode xrange display get_ipython dbutils spark sc
    sqlContext exit quit In Out
    """.split()  # noqa: SIM905 - words read better than strings
)
_PARTS = {
    "models": ("Sequential", "Model", "load_model", "model_from_json", "clone_model"),
    "optimizers": ("Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "AdamW"),
    "callbacks": ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "TensorBoard", "LearningRateScheduler"),
    "regularizers": ("l1", "l2", "l1_l2"),
    "utils": ("to_categorical", "plot_model", "np_utils"),
    "types": ("StructType", "StructField", "StringType", "IntegerType", "DoubleType", "FloatType", "LongType"),
    "losses": (),
    "metrics": (),
    "datasets": (),
    "initializers": (),
    "pylab": tuple(
        """
        plot scatter hist bar figure subplot subplots xlabel ylabel title legend show imshow axis xlim ylim savefig
        semilogx semilogy loglog errorbar grid colorbar contour contourf vlines hlines array zeros ones linspace arange
        rand randn
        """.split()  # noqa: SIM905 - words read better than strings
    ),
}
"""Modules that are imported beside another of their library, and what is surely theirs."""
_CUSTOMARY = {
    "np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "sns": "seaborn", "torch": "torch", "nn": "torch.nn",
    "F": "torch.nn.functional", "tf": "tensorflow", "cv2": "cv2", "xgb": "xgboost", "lgb": "lightgbm",
}  # fmt: skip
"""What everybody calls some modules: so they are called as well where another module has imported them."""
_PASSING_ON = frozenset({"fastai", "fastbook", "pylab", "d2l"})
"""Libraries whose stars bring others along."""
_BESIDE = " sklearn"
"""Stands among the modules of stars where scikit-learn is imported, by whatever names."""
_TELLING = {
    name: module
    for module, names in {
        "sklearn.cluster": "AgglomerativeClustering DBSCAN KMeans",
        "sklearn.compose": "ColumnTransformer",
        "sklearn.decomposition": "PCA TruncatedSVD",
        "sklearn.ensemble": "AdaBoostClassifier AdaBoostRegressor BaggingClassifier ExtraTreesClassifier"
        " ExtraTreesRegressor GradientBoostingClassifier GradientBoostingRegressor RandomForestClassifier"
        " RandomForestRegressor StackingClassifier VotingClassifier",
        "sklearn.feature_extraction.text": "CountVectorizer TfidfTransformer TfidfVectorizer",
        "sklearn.feature_selection": "RFE RFECV SelectFromModel SelectKBest VarianceThreshold",
        "sklearn.impute": "KNNImputer SimpleImputer",
        "sklearn.linear_model": "ElasticNet Lasso LinearRegression LogisticRegression Ridge SGDClassifier SGDRegressor",
        "sklearn.manifold": "TSNE",
        "sklearn.metrics": "accuracy_score classification_report confusion_matrix f1_score mean_squared_error"
        " precision_score r2_score recall_score roc_auc_score roc_curve",
        "sklearn.model_selection": "GridSearchCV GroupKFold KFold RandomizedSearchCV RepeatedKFold ShuffleSplit"
        " StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit cross_val_predict cross_val_score cross_validate"
        " train_test_split",
        "sklearn.naive_bayes": "BernoulliNB GaussianNB MultinomialNB",
        "sklearn.neighbors": "KNeighborsClassifier KNeighborsRegressor",
        "sklearn.pipeline": "make_pipeline",
        "sklearn.preprocessing": "LabelEncoder MinMaxScaler OneHotEncoder OrdinalEncoder PolynomialFeatures"
        " RobustScaler StandardScaler",
        "sklearn.svm": "LinearSVC SVC SVR",
        "sklearn.tree": "DecisionTreeClassifier DecisionTreeRegressor",
    }.items()
    for name in names.split()
}
"""What surely is scikit-learn's beside other imports of it: people forget to import, or move cells about."""


def starred(texts: Iterable[bytes]) -> tuple[str, ...]:
    """Modules whose names are all imported, in order; relative ones begin with a dot."""
    found: dict[str, None] = {}
    for text in texts:
        if b"import" in text:
            if b"*" in text:
                found.update(dict.fromkeys(match[1].decode() for match in _STAR.finditer(text)))
            if b"sklearn" in text:
                found[_BESIDE] = None
    return tuple(found)


def origin(name: str, modules: Sequence[str], own: frozenset[str]) -> str:
    """The form of an unbound name; "" where it is the language's or might be of several libraries."""
    if _BESIDE in modules:
        modules = [module for module in modules if module != _BESIDE]
        if name in _TELLING and not modules and name not in own:
            return f"{_TELLING[name]}.{name}"
    if not modules:
        return ""
    tops = {module.partition(".")[0] for module in modules}  # of a relative one: ""
    mine = "" in tops or not tops.isdisjoint(own)
    if name in _CUSTOMARY and name not in own and (mine or not tops.isdisjoint(_PASSING_ON)):
        return _CUSTOMARY[name]
    if mine or len(name) == 1 or name in _NOT_THEIRS or name[:2] == "__":
        return ""
    module = _only(name, modules)
    return f"{module}.{name}" if module else ""


def _only(name: str, modules: Sequence[str]) -> str:
    if len(modules) == 1:
        return modules[0]
    for module in modules:
        if name in _PARTS.get(module.rpartition(".")[2], ()):
            return module
    left = [module for module in modules if module.rpartition(".")[2] not in _PARTS] or list(modules)
    return left[-1] if len({module.partition(".")[0] for module in left}) == 1 else ""
