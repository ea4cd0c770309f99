"""The reference engine: Elasticsearch, for every network that outgrows one machine."""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
