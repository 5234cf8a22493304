"""The demonstration: a filled province with invented stations whose simulators speak over the real ports.

`fill` makes records and sixty days of history once; `simulate.main` drives the stations from then on. Everything is marked as
simulated. Not imported by anything that runs without a demonstration.
"""
