"""Kaggle's interface and Meta Kaggle's files, as the Kaggle source reads them."""
