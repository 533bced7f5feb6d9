"""Who may see what: the public list, signing in, sessions, limits and the headers of every answer."""
