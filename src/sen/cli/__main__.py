"""`python -m sen.cli`, which the launcher `./sen` runs."""

from sen.cli import main

main()
