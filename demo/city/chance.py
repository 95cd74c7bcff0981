"""Chance, drawn from a stream that belongs to one part of the city."""

import random


def happens(rng: random.Random, probability: float) -> bool:
    """Whether something of this probability happens now."""
    return rng.random() < probability
