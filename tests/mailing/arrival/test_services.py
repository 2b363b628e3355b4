"""«¿Llegarán sus facturas?»: the right sentence for each domain, within three seconds."""

import json
import re
import time
from collections.abc import Mapping

import pytest

from mailing.arrival import services, spf
from mailing.arrival.questions import Questions
from mailing.arrival.sentences import SENTENCES
from mailing.arrival.services import Arrival
from tests.mailing.arrival.domains import Domain, key
from tests.mailing.arrival.domains_rest import REST
from tests.mailing.arrival.domains_spf import SPF
from tests.mailing.arrival.name_server import NameServer, Zone, serving

DOMAINS = (*SPF, *REST)
FAULTS = {code for code in SENTENCES if code.startswith("spf_")} - {"spf_ok", "spf_elsewhere", "spf_unknown"}
KEYS = {"good": 2048, "weak": 768, "ec": 0}


def with_keys(zone: Zone) -> dict[str, Mapping[str, list[str]] | str]:
    """The keys that a table cannot hold."""

    def filled(values: list[str]) -> list[str]:
        return [key(KEYS[value]) if value in KEYS else value for value in values]

    return {
        name: held if isinstance(held, str) else {kind: filled(list(values)) for kind, values in held.items()}
        for name, held in zone.items()
    }


def examine(server: NameServer, address: str, host: str) -> Arrival:
    found = services.examine(address, host, servers=[server.address])
    assert found is not None
    return found


@pytest.mark.parametrize("case", DOMAINS, ids=[case.what for case in DOMAINS])
def test_each_domain_has_its_sentence(case: Domain) -> None:
    with serving(with_keys(case.zone())) as server:
        begun = time.monotonic()
        found = examine(server, f"ventas@{case.domain}", case.host)
        took = time.monotonic() - begun

    assert tuple(finding.code for finding in found.findings) == case.codes
    assert took < 3
    told = " ".join(finding.text for finding in found.findings)
    assert case.says in told
    assert not re.search(r"\{(domain|way|what)", told)
    copies = [record.value for finding in found.findings for record in finding.records]
    assert any(value.startswith(case.copies) for value in copies) if case.copies else True
    json.dumps(found.stored())


def test_there_are_sixty() -> None:
    assert len(DOMAINS) >= 60


@pytest.mark.parametrize(
    "case", [case for case in DOMAINS if FAULTS & set(case.codes)], ids=lambda case: case.what
)
def test_the_record_to_copy_mends_what_was_wrong(case: Domain) -> None:
    with serving(with_keys(case.zone())) as server:
        found = examine(server, f"ventas@{case.domain}", case.host)
    [record] = [
        each for finding in found.findings for each in finding.records if each.value.startswith("v=spf1")
    ]
    mended = with_keys(case.zone())
    mended[case.domain] = {**mended[case.domain], "TXT": [record.value]}  # type: ignore[dict-item]

    with serving(mended) as server:
        again = examine(server, f"ventas@{case.domain}", case.host)
        # Nor is there anything left behind the way's own part that spoils it for others.
        spf.Evaluation(Questions([server.address]), f"x@{case.domain}").judge(case.domain)

    assert "spf_ok" in [finding.code for finding in again.findings]


def test_a_domain_that_does_not_exist_is_told_alone() -> None:
    with serving({}) as server:
        found = examine(server, "ventas@nadie.mx", "smtp.gmail.com")

    assert [finding.code for finding in found.findings] == ["no_domain"]


@pytest.mark.parametrize(
    ("address", "host", "code"),
    [
        ("ana@gmail.com", "smtp.gmail.com", "public"),
        ("ana@hotmail.com", "smtp.office365.com", "public"),
        ("ana@yahoo.com.mx", "smtp.mail.yahoo.com", "public"),
        ("ana@gmail.com", "mail.panaderia.mx", "public_elsewhere"),
        ("ana@hotmail.com", "smtp.gmail.com", "public_elsewhere"),
        ("ana@prodigy.net.mx", "smtp.sendgrid.net", "public_elsewhere"),
    ],
)
def test_an_address_of_a_provider_asks_nobody(address: str, host: str, code: str) -> None:
    with serving({}) as server:
        found = examine(server, address, host)

    assert [finding.code for finding in found.findings] == [code]
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["ana@example.com", "ana@panaderia.test", "ana@x.localhost", "ana@mi.example"]
)
def test_names_that_stand_for_nobody_are_not_asked_about(address: str) -> None:
    with serving({}) as server:
        assert services.examine(address, "smtp.gmail.com", servers=[server.address]) is None
    assert server.asked == []


def test_long_answers_come_over_tcp() -> None:
    huge = next(case for case in DOMAINS if case.what == "huge")
    with serving(with_keys(huge.zone())) as server:
        examine(server, "ventas@d.mx", huge.host)

    assert server.over_tcp > 0


def test_nothing_is_asked_twice() -> None:
    with serving(with_keys(DOMAINS[0].zone())) as server:
        examine(server, "ventas@d.mx", "smtp.gmail.com")

    assert len(server.asked) == len(set(server.asked))


def test_a_server_that_says_nul_spoils_nothing() -> None:
    zone = with_keys(DOMAINS[0].zone())
    zone["d.mx"] = {"TXT": ["v=spf1 \x00\x1b[31m <script> -all"], "MX": ["10 mx.d.mx."]}
    with serving(zone) as server:
        found = examine(server, "ventas@d.mx", "smtp.gmail.com")

    assert "\\u0000" not in json.dumps(found.stored())


def test_a_name_server_that_is_gone_is_not_waited_for() -> None:
    begun = time.monotonic()

    found = services.examine("ventas@d.mx", "smtp.gmail.com", servers=[("127.0.0.1", 9)])

    assert found is not None
    assert found.level == "unknown"
    assert time.monotonic() - begun < 3
