"""`make bench`: measure the search on generated networks of several sizes."""
