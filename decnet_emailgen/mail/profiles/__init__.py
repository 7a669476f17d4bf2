"""What each mail client is like: one module a client, data first."""
