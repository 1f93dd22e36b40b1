"""`python -m dabiao` is the command line."""

from dabiao.cli import main

main()
