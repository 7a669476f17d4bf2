"""The decky that this project ships: built from Debian packages, run as compose.yaml says."""
