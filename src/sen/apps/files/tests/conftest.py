"""The province, as the sources app's own tests use it."""

from sen.apps.sources.tests.conftest import centre, province, rest, transactional_db

__all__ = ["centre", "province", "rest", "transactional_db"]
