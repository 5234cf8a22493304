"""The names and numbers of edXML: namespaces, business types, priorities. What could not be verified is said so in docs/documents.md."""

from __future__ import annotations

from typing import Literal

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
"""Written by us, and by the senders seen in public examples. Read liberally: any namespace."""
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"

Business = Literal["new", "recall", "update", "replace"]
BUSINESS: dict[str, Business] = {"0": "new", "1": "recall", "2": "update", "3": "replace"}
"""BussinessDocType (the standard's spelling)."""
BUSINESS_NUMBERS = {words: number for number, words in BUSINESS.items()}

PRIORITIES = {"0": "normal", "1": "urgent", "2": "very_urgent", "3": "express", "4": "express"}
"""OtherInfo/Priority; 4 is «hỏa tốc hẹn giờ». Unverified beyond 0."""
PRIORITY_NUMBERS = {"normal": "0", "urgent": "1", "very_urgent": "2", "express": "3"}
