"""The demonstration's steering committee: it is made once, marked as simulated, and its digest can be read."""

from __future__ import annotations

import pytest


@pytest.mark.django_db
def test_the_committee_has_a_programme_meetings_inspections_and_a_digest() -> None:
    from sen.apps.access import interface as access
    from sen.apps.directives import interface as directives
    from sen.apps.organisations import interface as organisations
    from sen.apps.programme import interface as programme
    from sen.apps.programme.models import Digest, ProgrammeItem
    from sen.kernel.scopes import SYSTEM
    from sen.project.demo import programme as demonstration

    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    for _again in range(2):
        demonstration.create()
    (year,) = programme.progress(SYSTEM)
    assert year.total == len(demonstration.ITEMS) and year.simulated and year.done
    assert not ProgrammeItem.objects.filter(lead=None).exists()
    assert {one.kind for one in programme.coming(SYSTEM)} == {"meeting", "inspection"}
    assert len(directives.of_origin(SYSTEM, "meeting", f"HOP-{year.year}-01")) == 3
    assert len(directives.of_origin(SYSTEM, "inspection", f"KT-{year.year}-01")) == 1
    assert Digest.objects.get().simulated
