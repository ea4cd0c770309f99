"""A mixed load on the portal as it is deployed: `make load`."""
