"""axe-core, which checks the accessibility of a page: fetched from the npm registry, run in a browser."""
