"""`make bench`: measure the search and the pages on generated networks of several sizes."""
