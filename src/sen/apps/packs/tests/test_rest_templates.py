"""Templates through REST, as the province's steward and a commune's officer would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sen.apps.packs.tests.conftest import row

if TYPE_CHECKING:
    from sen.apps.packs.tests.conftest import World

MAXIMUM = "/rows/pm25-24h/maximum"


def created(rest: Any, **changes: Any) -> dict[str, Any]:
    body = {"kind": "limit_set", "code": "gioi-han", "name": "Giới hạn", "owner": "82", "content": {"rows": [row()]}}
    return rest("dulieu")("POST", "/templates", {**body, **changes}, expect=201)


def published(rest: Any, template: str, **changes: Any) -> int:
    revision = rest("dulieu")("GET", f"/templates/{template}")["revision"]
    body = {"revision": revision, "audience": {"rule": "all"}, "open_fields": ["/rows/*/maximum"], **changes}
    return rest("dulieu")("POST", f"/templates/{template}/publish", body, expect=201)["version"]


def test_from_draft_to_a_units_setting_and_back(rest: Any, world: World) -> None:
    steward, officer, code = rest("dulieu"), rest("xa-a"), world.ours.code
    kinds = {one["code"]: one for one in steward("GET", "/template-kinds")["items"]}
    assert {"limit_set", "code_list", "form"} <= set(kinds)
    assert "rows" in str(kinds["limit_set"]["content_schema"])
    made = created(rest)
    template, here = made["id"], f"/units/{code}/settings/{made['id']}"
    officer("GET", f"/templates/{template}", expect=404)
    stale = {"content": {"rows": [row(maximum=44.0)]}, "revision": made["revision"]}
    assert steward("PUT", f"/templates/{template}/draft", stale)["revision"] == made["revision"] + 1
    assert steward("PUT", f"/templates/{template}/draft", stale, expect=412)["code"] == "changed_meanwhile"
    assert published(rest, template, note="Áp dụng từ quý này") == 1
    assert [one["note"] for one in officer("GET", f"/units/{code}/offers")["items"]] == ["Áp dụng từ quý này"]

    assert officer("POST", f"{here}/inherit")["version"] == 1
    change = {"changes": [{"path": MAXIMUM, "value": 40.0}], "reason": "trường học"}
    assert officer("PATCH", f"{here}/overrides", change)["overridden"] == [MAXIMUM]
    closed = {"changes": [{"path": "/rows/pm25-24h/label", "value": "x"}], "reason": "thử"}
    refused = officer("PATCH", f"{here}/overrides", closed, expect=409)
    assert refused["code"] == "closed_fields" and refused["errors"][0]["field"] == "/rows/pm25-24h/label"
    [setting] = officer("GET", f"/units/{code}/settings?kind=limit_set")["items"]
    assert setting["content"]["rows"][0]["maximum"] == 40.0

    limits = officer("GET", f"/limits?property=pm25&unit={code}")["items"]
    [ours] = [one for one in limits if one["set_id"]]  # in the place of the pack's row of the same standard
    assert (ours["maximum"], ours["set_id"], ours["set_owner_code"], ours["overridden"]) == (40.0, template, "82", True)
    assert [one["averaging"] for one in limits].count("24h") == 1
    officer("GET", f"/limits?unit={world.theirs.code}", expect=404)

    steward("PUT", f"/templates/{template}/draft", {"content": {"rows": [row(maximum=30.0)]}, "revision": 3})
    assert published(rest, template) == 2
    changes = officer("GET", f"/templates/{template}/diff?from=1&to=2")["items"]
    assert [(one["path"], one["before"], one["after"]) for one in changes] == [(MAXIMUM, 44.0, 30.0)]
    officer("GET", f"/templates/{template}/diff?from=1", expect=404)  # the draft is the owner's
    assert steward("GET", f"/templates/{template}/diff?from=1")["items"][0]["after"] == 30.0
    [declined] = officer("POST", f"{here}/decline", {"version": 2, "reason": "chờ"})["items"]
    officer("POST", f"/template-decisions/{declined['id']}/undo")
    assert officer("GET", here)["pending"] == 2
    assert officer("POST", f"{here}/accept", {"version": 2})["pending"] is None
    [drift] = steward("GET", f"/template-drift?template={template}&changed_only=true")["items"]
    assert (drift["unit"], drift["overrides"], drift["paths"]) == (code, 1, [MAXIMUM])
    uses = {one["unit"]: one["state"] for one in steward("GET", f"/templates/{template}/use")["items"]}
    assert uses[code] == "follows" and uses[world.theirs.code] == "offered"
    assert [one["unit"] for one in officer("GET", f"/templates/{template}/use")["items"]] == [code]
    assert officer("POST", f"{here}/reset", {})["overridden"] == []
    steward("POST", f"/templates/{template}/versions/2/withdraw", {"reason": "nhầm"})
    assert officer("GET", here)["version"] == 1
    officer("POST", f"{here}/leave", {"reason": "dùng mẫu riêng"})
    officer("GET", here, expect=404)


def test_lists_have_pages_and_objects_validators(rest: Any, world: World) -> None:
    from django.test import Client

    from sen.apps.access import interface as access

    steward = rest("dulieu")
    made = [created(rest, code=f"mau-{place}")["id"] for place in range(3)]
    first = steward("GET", "/templates?limit=2")
    second = steward("GET", f"/templates?limit=2&cursor={first['next']}")
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1] and second["next"] is None
    steward("GET", "/templates?cursor=lung-tung", expect=422)
    assert [one["code"] for one in steward("GET", "/templates?q=mau-1")["items"]] == ["mau-1"]
    decisions = steward("GET", "/template-decisions?limit=2")
    assert len(decisions["items"]) == 2 and decisions["next"]

    client = Client(headers={"authorization": f"Bearer {access.create_token('dulieu', 'etag', ('read',))}"})
    answer = client.get(f"/api/v1/templates/{made[0]}")
    assert client.get(f"/api/v1/templates/{made[0]}", headers={"if-none-match": answer["ETag"]}).status_code == 304
    published(rest, made[0])
    assert client.get(f"/api/v1/templates/{made[0]}", headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_bad_requests_are_explained(rest: Any, world: World) -> None:
    steward = rest("dulieu")
    body = {
        "kind": "limit_set",
        "code": "x",
        "name": "X",
        "owner": "82",
        "content": {"rows": [row(property="khong-co")]},
    }
    assert steward("POST", "/templates", body, expect=422)["errors"][0]["field"] == "/rows/pm25-24h/property"
    template = created(rest)["id"]
    assert (
        steward("POST", "/templates", {**body, "code": "gioi-han", "content": {"rows": []}}, expect=409)["code"]
        == "code_taken"
    )
    revision = steward("GET", f"/templates/{template}")["revision"]
    audience = {"rule": "units", "units": ["khong-co"]}
    steward("POST", f"/templates/{template}/publish", {"revision": revision, "audience": audience}, expect=404)
    audience = {"rule": "units", "units": []}
    refused = steward(
        "POST", f"/templates/{template}/publish", {"revision": revision, "audience": audience}, expect=422
    )
    assert "ít nhất một đơn vị" in refused["action"]
    published(rest, template)
    twice = {"changes": [{"path": MAXIMUM, "value": 1}, {"path": MAXIMUM, "value": 2}], "reason": "thử"}
    steward("PATCH", f"/units/{world.ours.code}/settings/{template}/overrides", twice, expect=422)
    many = {"units": [world.ours.code, world.theirs.code], "version": 1}
    batch = steward("POST", f"/templates/{template}/accept-for-many", many)["batch"]
    assert steward("POST", f"/template-batches/{batch}/undo")["count"] == 2
    steward("POST", f"/template-batches/{batch}/undo", expect=404)
