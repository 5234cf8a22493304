"""A message gateway to try carriers against: real HTTP and SMTP servers that keep what they got and fail when they are told to."""

from sen.project.message_gateway.gateway import MessageGateway
from sen.project.message_gateway.kept import Behaviour, Kept

__all__ = ["Behaviour", "Kept", "MessageGateway"]
