"""`{% kept NAME … %}…{% endkept %}`: a part of a page that is long in a large network, made once per content version.

`{% load kept_parts %}{% kept "cities-of-cluster" cluster.pk %}{% cities_of cluster as cities %}…{% endkept %}`
"""

from functools import partial

from django import template
from django.utils.translation import get_language

from core.page_cache.kept_values import kept as kept_value

register = template.Library()


class KeptNode(template.Node):
    """The part; its HTML is a value of `core.page_cache.kept_values`, whose rules it obeys."""

    def __init__(self, names: list, nodelist: template.NodeList):
        self.names, self.nodelist = names, nodelist

    def render(self, context) -> str:
        names = [str(name.resolve(context)) for name in self.names]
        make = partial(self.nodelist.render, context)
        return kept_value(f"part.{'.'.join(names)}.{get_language()}", make) if all(names) else make()


@register.tag
def kept(parser, token) -> KeptNode:
    """Keep the HTML of a part that depends on public content, the time, the language and the names only.

    What the part alone needs is computed inside it, by tags or by functions in the context. Nothing is kept where one
    of the names is empty.
    """
    _tag, *names = token.split_contents()
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode([parser.compile_filter(name) for name in names], nodelist)
