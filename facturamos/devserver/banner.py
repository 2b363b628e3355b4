"""What `make run` says in the terminal."""

import json
from contextlib import suppress
from pathlib import Path

from facturamos.devserver.children import shown

ROLES = {
    "emisor_nuevo": "Emisor nuevo",
    "emisor_a_medias": "Emisor a medias",
    "distribuidor": "Distribuidor",
    "soporte": "Soporte",
    "operador": "Operador (distr.)",
    "consulta": "Consulta (distr.)",
}


def say(text: str) -> None:
    """Prints at once; a terminal that was closed is no reason to fail."""
    with suppress(OSError):
        print(text, flush=True)


def show(var: Path, port: int) -> None:
    """The address, who may sign in, and where things lie."""
    accounts = json.loads((var / "demo" / "cuentas.json").read_text())
    say(f"\n  Facturamos.com.mx está listo: http://localhost:{port}/\n")
    say(f"  {'Inicie sesión como':20}{'Usuario':24}Contraseña")
    for account in accounts:
        say(f"  {ROLES[account['rol']]:20}{account['usuario']:24}{account['contrasena']}")
    say("\n  Sellos (CSD) de demostración, hechos en esta máquina:")
    for account in accounts:
        if "cer" in account:
            say(f"  {account['rfc']:16}{account['cer']}")
            say(f"  {'':16}{account['key']}   contraseña: {account['clave_csd']}")
    say(f"\n  Correos enviados    http://localhost:{port}/demo/correo/")
    say("  Consultar al SAT    con cualquier idCIF de 11 dígitos: contesta un sustituto")
    say("  Google, Microsoft   en el paso «Correo electrónico»: contesta un sustituto")
    say("  Carta Manifiesto    fírmela con la e.firma de la carpeta «fiel»: contesta un PAC sustituto")
    say(f"  Registros           {shown(var / 'log')}/")
    say("  Ctrl-C detiene todo.\n")
