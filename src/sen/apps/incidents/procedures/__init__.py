"""Response procedures (SOP) as templates: their checks, what holds in a unit, writing, test runs. Nothing here runs an incident."""
