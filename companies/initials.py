"""The initials of a person. Pure."""

from companies.sat.capitals import in_capitals

PARTICLES = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "Y", "E"})


def initials(name: str) -> str:
    """The initials of a person's name, at most four: «María del Carmen Ñáñez» → «MCÑ»."""
    words = [word for word in in_capitals(name).split() if word not in PARTICLES]
    return "".join(word[0] for word in words if word[0].isalpha())[:4]
