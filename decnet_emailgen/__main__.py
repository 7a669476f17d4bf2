"""``python -m decnet_emailgen``: the command without its script."""

from decnet_emailgen.cli.main import main

if __name__ == "__main__":
    main()
