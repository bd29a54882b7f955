"""How a meeting evaluates what was done of a task."""

from bot.rules.words import Evaluated

ACHIEVED = frozenset({Evaluated.WELL_DONE, Evaluated.DONE})
"""The evaluations after which a finished task is asked about no more."""
