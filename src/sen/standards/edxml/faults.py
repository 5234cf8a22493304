"""What is wrong with a message, so that its sender can mend it: a stable code, the words, and the element and line."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sen.kernel.errors import InvalidInput


class Fault(InvalidInput):
    """A message that cannot be used. `place` is an element with its line, or "" for the message as a whole."""

    def __init__(self, code: str, message: str, *, place: str = "", action: str = "") -> None:
        super().__init__(
            message, code=code, action=action or _("Sửa gói tin theo QCVN 102:2016/BTTTT rồi gửi lại."), place=place
        )
        self.place = place
