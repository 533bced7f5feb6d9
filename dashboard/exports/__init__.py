"""Files that a person takes away: the public page, a résumé, badges, tables, all made of a `PublicPortfolio`."""
