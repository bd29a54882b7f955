"""`chibo` and `python -m bot` start here."""

from bot.cli import main

if __name__ == "__main__":
    main()
