"""Slips in the domains that most people's mail is at: «hotmail.con», «gmial.com»."""

from functools import lru_cache

COMMON = (
    *("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "yahoo.com.mx", "live.com", "live.com.mx"),
    *("icloud.com", "hotmail.es", "outlook.es", "prodigy.net.mx", "msn.com", "yahoo.es", "protonmail.com"),
    *("ymail.com", "googlemail.com", "outlook.com.mx"),
)
# Good ones that are one slip away from those.
GOOD = frozenset((*COMMON, "mail.com", "email.com", "cloud.com", "mall.com", "hotmail.fr", "outlook.fr"))
# Nobody's mail is there.
WRONG = {
    **{"gmail.com.mx": "gmail.com", "gmail.mx": "gmail.com", "gmail.es": "gmail.com"},
    **{"hotmail.com.mx": "hotmail.com", "hotmail.mx": "hotmail.com", "yahoo.mx": "yahoo.com.mx"},
}
# Whole endings that do not exist and are typed for ones that do.
ENDINGS = {
    ".con": ".com",
    ".cmo": ".com",
    ".ocm": ".com",
    ".comm": ".com",
    ".com.mxx": ".com.mx",
    ".mxn": ".mx",
}


def likelier(address: str) -> str:
    """The domain that an address probably means; empty when its own is as good as any."""
    return _likelier(address.rpartition("@")[2].strip().lower())


@lru_cache(maxsize=1024)
def _likelier(domain: str) -> str:
    # A list of clients has few of them, each many times.
    if not domain or domain in GOOD:
        return ""
    if near := WRONG.get(domain) or next((each for each in COMMON if _one_slip(domain, each)), ""):
        return near
    ending = next((each for each in ENDINGS if domain.endswith(each)), "")
    return domain.removesuffix(ending) + ENDINGS[ending] if ending else ""


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, missing, too many, or exchanged with the next."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    while typed and meant and typed[0] == meant[0]:
        typed, meant = typed[1:], meant[1:]
    while typed and meant and typed[-1] == meant[-1]:
        typed, meant = typed[:-1], meant[:-1]
    return max(len(typed), len(meant)) == 1 or (len(typed) == 2 and typed == meant[::-1])
