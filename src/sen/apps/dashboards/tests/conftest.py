"""The province and its REST clients, as the sources app's own tests use them."""

from sen.apps.sources.tests.conftest import centre, province, rest, steward, transactional_db

__all__ = ["centre", "province", "rest", "steward", "transactional_db"]
