"""Sheets that units fill in: who has to, drafts, checks, handing in, approval, Excel, reminders."""
