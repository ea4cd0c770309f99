"""What the search documents of clusters, and of pages that belong to clusters, have in common."""


def cluster_names(cluster) -> tuple[str, ...]:
    """Return the code of a cluster and its names in all languages, so that each of them finds it."""
    return (cluster.code, *(name for row in cluster.names.all() for name in row.all_names))


def cluster_keywords(cluster, language: str) -> tuple[str, ...]:
    """Return the names of a cluster in one language, which its analysis finds in other forms, too."""
    return tuple(name for row in cluster.names.all() if row.language == language for name in row.all_names)
