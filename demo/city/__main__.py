"""`python -m demo.city OUTDIR` writes a city directory."""

import argparse
from pathlib import Path

from demo.city.generate import OFFICIALS, RESIDENTS, generate


def main() -> None:
    """Read the command line and write the city."""
    parser = argparse.ArgumentParser(prog="python -m demo.city", description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--officials", type=int, default=OFFICIALS)
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--years", type=int, default=0, help="of a past that was delivered before, one day a year")
    given = parser.parse_args()
    generate(given.outdir, given.seed, given.officials, given.residents, given.years)


if __name__ == "__main__":
    main()
