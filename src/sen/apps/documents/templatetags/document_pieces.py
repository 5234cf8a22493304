"""Pieces of the pages of documents: urgency, signature, timeliness, standing, what a search found."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.documents import words
from sen.apps.documents.choices import Direction, LinkKind, MessageState, Origin, Signature, Standing, Urgency
from sen.apps.documents.values import DocumentLine

register = template.Library()

_STANDING_TONES = {"recall_asked": "warn", "recalled": "late", "replaced": ""}
_MESSAGE_TONES = {"stored": "warn", "done": "done", "duplicate": "", "refused": "late", "dropped": "", "corrected": ""}


@register.simple_tag
def urgency_mark(urgency: str) -> SafeString:
    """The urgency in words where it is not normal; express is told by weight, not by colour alone."""
    if urgency == Urgency.NORMAL or urgency not in Urgency.values:
        return SafeString("")
    return format_html('<span class="doc-urgent {}">{}</span>', urgency, Urgency(urgency).label)


@register.simple_tag
def document_due(line: DocumentLine) -> SafeString:
    """How the document stands to its due day, in words."""
    told = {
        "overdue": ("over", ngettext("quá hạn {n} ngày", "quá hạn {n} ngày", line.days_late).format(n=line.days_late)),
        "due_soon": ("soon", _("sắp đến hạn")),
        "done_late": ("", ngettext("xong trễ {n} ngày", "xong trễ {n} ngày", line.days_late).format(n=line.days_late)),
        "done_on_time": ("met", _("xong đúng hạn")),
        "not_due": ("", _("còn hạn")),
    }.get(line.timeliness)
    if told is None:
        return SafeString("")
    return format_html('<span class="due {}">{}</span>', *told)


@register.simple_tag
def standing_pill(standing: str) -> SafeString:
    """What became of the document by its sender's later messages; nothing for one in force."""
    if standing == Standing.IN_FORCE or standing not in Standing.values:
        return SafeString("")
    return format_html('<span class="pill {}">{}</span>', _STANDING_TONES[standing], Standing(standing).label)


@register.simple_tag
def message_pill(state: str) -> SafeString:
    """What became of a message."""
    words_ = MessageState(state).label if state in MessageState.values else state
    return format_html('<span class="pill {}">{}</span>', _MESSAGE_TONES.get(state, ""), words_)


@register.simple_tag
def found_in(text: str, asked: str) -> SafeString:
    """A text with what a search found in it marked."""
    return format_html_join(
        "", "{}{}{}", ((SafeString("<mark>") if hit else "", piece, SafeString("</mark>") if hit else "") for piece, hit in words.highlighted(text, asked))
    )  # fmt: skip


@register.filter
def direction_words(code: str) -> str:
    """In or out."""
    return str(Direction(code).label) if code in Direction.values else code


@register.filter
def signature_words(code: str) -> str:
    """Whether a signature was detected."""
    return str(Signature(code).label) if code in Signature.values else code


@register.filter
def origin_words(code: str) -> str:
    """How the document came into the register."""
    return str(Origin(code).label) if code in Origin.values else code


@register.filter
def link_words(link: object) -> str:
    """What one document says of another, from the side of the page's document."""
    kind, incoming = getattr(link, "kind", ""), getattr(link, "incoming", False)
    told = {
        (LinkKind.ANSWERS, False): _("Trả lời văn bản"), (LinkKind.ANSWERS, True): _("Được trả lời bằng"),
        (LinkKind.REPLACES, False): _("Thay thế văn bản"), (LinkKind.REPLACES, True): _("Được thay thế bằng"),
    }  # fmt: skip
    return told.get((LinkKind(kind), incoming), "") if kind in LinkKind.values else ""
