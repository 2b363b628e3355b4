"""Accounts for those who walk: run by `manage.py shell`, with the site's environment."""

import json

from companies.models import Distributor, PrivacyNotice
from companies.sat.rfc import check_digit
from onboarding.account_opening import open_account


def main(count: int) -> None:
    """Opens them as a distributor does, and prints addresses, RFCs and names as JSON."""
    PrivacyNotice(version="1", text="Cuidamos sus datos.").publish()
    distributor = Distributor.objects.create(name="Distribuidora del Bajío")
    made = []
    for number in range(count):
        body = f"PNA190312{number:02}"
        rfc, name = body + check_digit(body), f"PANADERÍA LA ÑAPA {number}"
        email = f"panaderia{number}@example.com"
        open_account(distributor=distributor, name=name, rfc=rfc, full_name="Íñigo Peña", email=email)
        made.append({"email": email, "rfc": rfc, "name": name})
    print(json.dumps(made))
