"""The page cache: answers for readers without a cookie, kept until something on them changes. docs/caching.md."""
