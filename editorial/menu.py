"""The menu of the admin in the order of the work."""

from wagtail.admin.menu import MenuItem

# Items of Wagtail; the others have their order where they are registered.
ORDER = {"explorer": 70, "images": 80, "documents": 81, "snippets": 90}


class PeopleMenuItem(MenuItem):
    """Shown to those who may change accounts."""

    def is_shown(self, request):
        return any(request.user.has_perm(f"accounts.{action}_user") for action in ("add", "change", "delete"))


def in_the_order_of_work(request, menu_items: list) -> None:
    """Sort Wagtail's own items in among those of the portal."""
    for item in menu_items:
        item.order = ORDER.get(item.name, item.order)


def without_people(request, menu_items: list) -> None:
    """Leave the people out of the settings: they have an item of their own."""
    menu_items[:] = [item for item in menu_items if item.name != "users"]
