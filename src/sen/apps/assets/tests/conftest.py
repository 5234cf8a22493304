"""The province and its REST clients, as the sources app's own tests use them."""

from sen.apps.sources.tests.conftest import centre, rest, steward

__all__ = ["centre", "rest", "steward"]
