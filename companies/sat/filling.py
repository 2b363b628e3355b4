"""Filling an address in from its postal code: one rule for steps 5 and 6 and for «Nueva cuenta».

While somebody types, `place` in static/js/app.js goes by the same rule.
"""

from collections.abc import Mapping

from companies.sat.postal_codes import Place
from companies.sat.state_names import is_mexico, same_place

UNKNOWN = (
    "El código postal {} no está en el catálogo del SAT. Revíselo; si es correcto, escriba los demás datos "
    "usted mismo: Asistencia lo revisará."
)


def filled(
    values: Mapping[str, str],
    place: Place | None,
    *,
    stored: Mapping[str, str] | None = None,
    former: Place | None = None,
) -> dict[str, str]:
    """The values of an address, completed by where its postal code is.

    Replaced is what is empty, `stored` so, or came from the `former` postal code: nothing that was typed.
    A colonia is filled in where there is only one.
    """
    found = let_go(values, former, place) if former else dict(values)
    if place is None:
        return found
    for name in Place.DECIDES:
        value = getattr(place, name)
        if value and found.get(name, "") in ("", (stored or {}).get(name, "")):
            found[name] = value
    if len(place.neighborhoods) == 1 and not found.get("neighborhood"):
        (found["neighborhood"],) = place.neighborhoods
    return found


def let_go(values: Mapping[str, str], former: Place, place: Place | None) -> dict[str, str]:
    """The values without what a former postal code filled in, where that of `place` does not say the same.

    What has no counterpart there goes, a colonia of its list, too; of an unknown code all does.
    """
    found = dict(values)
    for name in Place.DECIDES:
        if found.get(name) and found[name] == getattr(former, name):
            found[name] = getattr(place, name, "")
    here = place.neighborhoods if place else ()
    if found.get("neighborhood") in set(former.neighborhoods) - set(here):
        found["neighborhood"] = ""
    return found


MEXICO = "México"


def contradictions(values: Mapping[str, str], place: Place) -> dict[str, str]:
    """What an address says otherwise than its postal code: by field, what the catalogue says.

    Other spellings and shorter names («Coahuila», «CDMX») say the same. An empty field contradicts nothing.
    """
    known = {name: value for name in ("state", "municipality") if (value := getattr(place, name))}
    found = {
        name: said
        for name, said in known.items()
        if (written := values.get(name, "")) and not same_place(written, said)
    }
    country = values.get("country", "")
    if country and not is_mexico(country):
        found["country"] = MEXICO
    return found


def believing(values: Mapping[str, str], place: Place) -> dict[str, str]:
    """The address as its postal code has it: what contradicts it goes, and a colonia of elsewhere with it."""
    said = contradictions(values, place)
    found = {**values, **said}
    if {"state", "municipality"} & said.keys():
        found["locality"] = place.locality
    if place.neighborhoods and found.get("neighborhood") not in place.neighborhoods:
        found["neighborhood"] = ""
    return filled(found, place)
