"""Judges measurements by rules: pure computation over numpy columns, no database, no clock of its own.

Ingest, the test of a rule over past days and the benchmark run the same code. What it says is a `Transition`.
"""
