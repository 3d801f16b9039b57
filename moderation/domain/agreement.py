"""How far two people agree beyond chance.

Sources:
    Cohen, J. (1960), A coefficient of agreement for nominal scales, Educational and
    Psychological Measurement 20, 37-46.
    Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969), Large sample standard errors of kappa
    and weighted kappa, Psychological Bulletin 72, 323-327: the interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from moderation.domain.intervals import FEWEST, Estimate, Z, too_few


def kappa(pairs: Sequence[tuple[str, str]]) -> Estimate:
    """Cohen's kappa of two judges over the same items, with its 95 % interval.

    Not given where both judges always gave one and the same answer: chance would agree as
    often, and kappa is undefined.

    Args:
        pairs: what the first and the second said of each item.
    """
    n = len(pairs)
    if n < FEWEST:
        return too_few(n)
    answers = sorted({answer for pair in pairs for answer in pair})
    share = {
        (one, other): sum(pair == (one, other) for pair in pairs) / n
        for one in answers
        for other in answers
    }
    first = {one: sum(share[one, other] for other in answers) for one in answers}
    second = {other: sum(share[one, other] for one in answers) for other in answers}
    agreed = sum(share[answer, answer] for answer in answers)
    chance = sum(first[answer] * second[answer] for answer in answers)
    if chance >= 1:
        return too_few(n)
    value = (agreed - chance) / (1 - chance)
    rest = 1 - value
    diagonal = sum(share[a, a] * (1 - (first[a] + second[a]) * rest) ** 2 for a in answers)
    beside = (
        rest
        * rest
        * sum(
            share[one, other] * (second[one] + first[other]) ** 2
            for one in answers
            for other in answers
            if one != other
        )
    )
    spread = max(0.0, diagonal + beside - (value - chance * rest) ** 2)
    half = Z * math.sqrt(spread / n) / (1 - chance)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), n)
