"""A tree as the parent of each node."""

from collections.abc import Mapping


def has_circle(parents: Mapping[int, int | None]) -> bool:
    """Whether somebody is, over however many steps, below themselves."""
    safe: set[int] = set()
    for start in parents:
        path: set[int] = set()
        node: int | None = start
        while node is not None and node not in safe:
            if node in path:
                return True
            path.add(node)
            node = parents.get(node)
        safe |= path
    return False
