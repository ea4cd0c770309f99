"""The reference engine: Elasticsearch, for every network that outgrows one machine."""

from search_engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
