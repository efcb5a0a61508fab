"""How far apart two words are, for telling a slip of the pen from another word."""


def edit_distance(one: str, other: str) -> int:
    """The fewest insertions, deletions, replacements and swaps of neighbours that turn `one` into `other`.

    This is the optimal string alignment distance: no letter is edited twice.
    """
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = above, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
