"""REST of the caller: who am I, and my API tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from sen.apps.access import queries, services
from sen.apps.access.models import ApiToken
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.scopes import Scope, actions, require, scope_of

router = Router(tags=["access"])
TokenScope = Literal["read", "write", "admin"]


class MembershipOut(Schema):
    unit: str
    unit_name: str
    role: str


class MeOut(Schema):
    """The caller: roles, what they may do, and for a token what it is good for."""

    id: UUID
    username: str
    full_name: str
    language: str
    theme: str
    memberships: list[MembershipOut]
    actions: list[str]
    token_scopes: list[str] | None


class PreferencesIn(Schema):
    language: Literal["vi", "en"] | None = None
    theme: Literal["light", "dark"] | None = None


class TokenIn(Schema):
    """`expires` at most a year ahead, 90 days where none is given; `unit` narrows the token to a unit and what is below it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[TokenScope], Field(min_length=1, max_length=3)] = ["read"]
    expires: datetime | None = None
    unit: str | None = None


class TokenOut(Schema):
    id: UUID
    name: str
    hint: str
    scopes: list[str]
    unit: str | None
    created: datetime
    expires: datetime
    last_used: datetime | None


class NewTokenOut(TokenOut):
    """`token` is shown this once."""

    token: str


class TokensOut(Schema):
    items: list[TokenOut]
    next: str | None


@router.get("/me", response=MeOut, operation_id="get_me", summary="Tôi là ai, được làm gì")
def get_me(request: HttpRequest) -> dict[str, Any]:
    return _me(require(scope_of(request), "access.view_self"))


@router.patch("/me", response=MeOut, operation_id="change_me", summary="Đổi ngôn ngữ, giao diện của tôi")
def change_me(request: HttpRequest, body: PreferencesIn) -> dict[str, Any]:
    scope = require(scope_of(request), "access.view_self")
    services.set_preferences(scope=scope, language=body.language, theme=body.theme)
    return _me(scope)


@router.get("/tokens", response=TokensOut, operation_id="list_tokens", summary="Mã truy cập của tôi")
def list_tokens(request: HttpRequest) -> dict[str, Any]:
    scope = require(scope_of(request), "access.manage_own_tokens")
    return {"items": [_token(token) for token in queries.own_tokens(scope)], "next": None}


@router.post("/tokens", response={201: NewTokenOut}, operation_id="create_token", summary="Tạo mã truy cập")
def create_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, Any]]:
    """The token acts for the caller and never may more than they; its secret is in this answer only."""
    scope = require(scope_of(request), "access.manage_own_tokens")
    unit = organisations.unit(body.unit) if body.unit else None
    expires = body.expires or clock.now() + timedelta(days=90)
    if expires.tzinfo is None:
        expires = expires.replace(tzinfo=clock.VIETNAM)
    token, secret = services.create_token(
        scope=scope,
        user=queries.person(queries.user_id_of(scope)),
        name=body.name,
        scopes=body.scopes,
        expires=expires,
        unit_id=unit.id if unit else None,
    )
    return Status(201, {**_token(token), "token": secret})


@router.delete("/tokens/{token_id}", response={204: None}, operation_id="revoke_token", summary="Thu hồi mã truy cập")
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    scope = require(scope_of(request), "access.manage_own_tokens")
    services.revoke_token(scope=scope, token_id=token_id)
    return HttpResponse(status=204)


def _me(scope: Scope) -> dict[str, Any]:
    user = queries.person(queries.user_id_of(scope))
    return {
        "id": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "language": user.language,
        "theme": user.theme,
        "memberships": [
            {"unit": one.unit.code, "unit_name": one.unit.name, "role": one.role}
            for one in organisations.memberships(user.pk)
        ],
        "actions": sorted(action for action in actions() if scope.allows(action)),
        "token_scopes": sorted(scope.token_scopes) if scope.token_scopes is not None else None,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "unit": token.unit.code if token.unit else None,
        "created": token.created_at,
        "expires": token.expires_at,
        "last_used": token.last_used_at,
    }
