"""One module a command, each with one click command named `command`; `migkg.cli` finds them."""
