"""`python -m clairevoie` is the `clairevoie` command."""

from clairevoie.cli import main

if __name__ == "__main__":
    main()
