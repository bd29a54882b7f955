"""For which organisations one has a right: the one that is meant, asked for where there are several."""

from collections.abc import Awaitable, Callable

from bot.actions import authority
from bot.buttons import tap
from bot.errors import Refusal
from bot.rules.permissions import Right, allows
from bot.rules.words import RoleName
from handlers.common import Visit


async def open_place(
    v: Visit, right: Right, verb: str, show: Callable[[Visit, int], Awaitable[None]], *, otherwise: Refusal
) -> None:
    """Show the organisation the person was given a right for; of several the taps of `verb` choose one.

    `otherwise` is what everybody else is told.
    """
    places = await authority.list_places(v.session, v.member, right, on=v.today)
    if not places:
        raise otherwise
    if len(places) > 1:
        v.say("which_place", [[tap(place.name, verb, place.id)] for place in places])
    else:
        await show(v, places[0].id or 0)


async def may(v: Visit, right: Right, number: int) -> bool:
    """Whether who looks has a right for an organisation: for choosing buttons, never for allowing anything."""

    def serves(role: RoleName, here: bool) -> bool:
        return allows(role, right, at_the_place=here)

    return await authority.find_role(v.session, v.member, number, serves, on=v.today) is not None
