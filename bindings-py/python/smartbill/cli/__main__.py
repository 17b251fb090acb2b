"""``python -m smartbill.cli``."""

from . import main

main()
