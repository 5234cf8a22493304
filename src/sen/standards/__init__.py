"""Standards through which others read Sen, one folder each."""
