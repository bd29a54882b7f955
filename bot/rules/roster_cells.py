"""Which cell a row of a list means: by its code where one is given, else by its name, in any spelling."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.rules.names import fold, same_name, words_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a list can name it: `code` is the Party's, `ours` the one it got here; either may be empty.

    `id` is None for one that a list names and the register does not know yet.
    """

    name: str
    code: str = ""
    ours: str = ""
    id: int | None = None

    @property
    def key(self) -> object:
        """What two mentions of one cell have in common."""
        return (self.name, self.code) if self.id is None else self.id


class Cells:
    """Cells to be found in; the first spelling of a name is the one kept."""

    def __init__(self, known: Iterable[Cell]) -> None:
        self._by_letters: dict[str, list[Cell]] = {}
        self._by_code: dict[str, Cell] = {}
        self._found: dict[tuple[str, str], tuple[Cell, ...]] = {}
        for cell in known:
            self._put(cell)

    def name(self, name: str, code: str) -> None:
        """Take over a cell that a list names with its secretary; one known by its name takes the new code."""
        if self.fitting(name, code):
            return
        uncoded = self._of_name(name, coded=False)
        if code and len(uncoded) == 1:
            self._by_letters[fold(uncoded[0].name)].remove(uncoded[0])
            self._put(replace(uncoded[0], code=code))
        else:
            self._put(Cell(name, code))
        self._found.clear()

    def fitting(self, name: str, code: str) -> tuple[Cell, ...]:
        """The one cell this means; none where none fits, several where it could be any of them."""
        asked = (name, code)
        if asked not in self._found:
            self._found[asked] = self._of_code(code) if code else tuple(self._of_name(name))
        return self._found[asked]

    def _put(self, cell: Cell) -> None:
        self._by_letters.setdefault(fold(cell.name), []).append(cell)
        for code in filter(None, (cell.ours, cell.code)):
            self._by_code[fold(code)] = cell

    def _of_code(self, code: str) -> tuple[Cell, ...]:
        cell = self._by_code.get(fold(code))
        return (cell,) if cell else ()

    def _of_name(self, name: str, *, coded: bool = True) -> list[Cell]:
        fitting = (cell for cell in self._by_letters.get(fold(name), ()) if coded or not cell.code)
        alike = [cell for cell in fitting if same_name(cell.name, name)]
        return [cell for cell in alike if words_of(cell.name) == words_of(name)] or alike
