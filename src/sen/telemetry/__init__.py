"""Series and observations in ClickHouse: schema, append, latest, ranges, roll-ups, quality flags, retention. No Django."""
