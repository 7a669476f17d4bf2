"""The command line: one module a command. Each parses, opens, calls a step and prints."""
