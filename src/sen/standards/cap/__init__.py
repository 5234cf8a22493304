"""CAP 1.2: the messages that incidents publish, as XML and as an Atom feed for everybody."""
