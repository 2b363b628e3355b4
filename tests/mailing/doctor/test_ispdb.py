"""Thunderbird's table, and the making of its file."""

import json
from pathlib import Path

import pytest

from mailing.doctor import ispdb
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import PORTS

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "ispdb"
PROVIDER = """<clientConfig version="1.1"><emailProvider id="x.example">
<domain>x.example</domain><domain>Y.example</domain><displayShortName>X</displayShortName>
{}</emailProvider></clientConfig>"""
SERVER = """<outgoingServer type="smtp"><hostname>{host}</hostname><port>{port}</port>
<socketType>{kind}</socketType><authentication>{auth}</authentication></outgoingServer>"""


def made_of(tmp_path: Path, *servers: dict[str, str]) -> dict[str, object]:
    """The table of a folder with one provider."""
    usual = {"host": "smtp.x.example", "port": "465", "kind": "SSL", "auth": "password-cleartext"}
    text = PROVIDER.format("".join(SERVER.format(**usual | server) for server in servers))
    (tmp_path / "x.xml").write_text(text)
    made: dict[str, object] = json.loads(ispdb.make(tmp_path, date="2026-03-12", commit="abc"))
    return made


def test_a_provider_is_found_by_each_of_its_domains(tmp_path: Path) -> None:
    made = made_of(tmp_path, {})

    assert made["providers"] == [["X", "smtp.x.example", 465]]
    assert made["domains"] == {"x.example": 0, "y.example": 0}


@pytest.mark.parametrize(
    "server",
    [
        {"kind": "plain", "port": "25"},
        {"port": "8465"},
        {"kind": "STARTTLS", "port": "465"},
        {"auth": "OAuth2"},
        {"host": "smtp.%EMAILDOMAIN%"},
    ],
)
def test_a_server_that_our_form_cannot_use_is_left_for_the_next(
    tmp_path: Path, server: dict[str, str]
) -> None:
    assert made_of(tmp_path, server)["providers"] == []
    assert made_of(tmp_path, server, {"host": "good.x.example"})["providers"] == [
        ["X", "good.x.example", 465]
    ]


def test_the_file_says_its_licence_its_date_and_its_source() -> None:
    held = json.loads(ispdb.FILE.read_text())

    assert "Mozilla Public License 2.0" in held["licence"]
    assert "2026-03-12" in held["source"]
    assert "thunderbird/autoconfig" in held["source"]


def test_every_entry_can_be_tried() -> None:
    held = json.loads(ispdb.FILE.read_text())

    assert len(held["domains"]) > 500
    assert {port for _name, _host, port in held["providers"]} <= set(PORTS)
    assert all(0 <= place < len(held["providers"]) for place in held["domains"].values())


def test_a_domain_of_nobody_is_not_found() -> None:
    assert ispdb.find("panaderia.mx") is None
    entry = ispdb.find("naver.com")
    assert entry is not None
    assert entry.settings == SmtpSettings("smtp.naver.com", 465)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_the_file_is_what_the_script_makes_of_its_source() -> None:
    assert ispdb.FILE.read_text() == ispdb.make(SHARED, date="2026-03-12", commit="c6ad796")
