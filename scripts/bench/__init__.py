"""`make bench`: how fast the search is, on generated networks of several sizes."""
