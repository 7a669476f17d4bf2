"""Real servers that the tests start, use and stop themselves; nothing here is faked.

`scripts/install-servers` installs what they need. Each one runs privately: its own
configuration, folder and loopback ports, and it ends with the test process.
"""
