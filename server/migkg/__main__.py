"""`python -m migkg` does what the command `migkg` does."""

from migkg.cli import main

main()
