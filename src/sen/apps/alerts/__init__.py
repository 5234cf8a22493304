"""Alerts: rules, what they found, what people do about it."""
