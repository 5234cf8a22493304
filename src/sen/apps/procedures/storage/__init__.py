"""Dossiers in ClickHouse: tables, writing, counters, reading."""
