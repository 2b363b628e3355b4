"""The page on which one chooses what the stand-in of Google or Microsoft is to do."""

from collections.abc import Mapping
from html import escape

from facturamos.devserver.oauth_modes import AT_CONSENT, GOOGLE, MODES


def consent_page(provider: str, asked: Mapping[str, str]) -> str:
    """Spanish, as all that a newcomer sees."""
    name = "Google" if provider == GOOGLE else "Microsoft"
    choices = {"ok": f"Permitir como {asked.get('login_hint', '')}"}
    choices |= {"other": "Entrar con otra cuenta", "partial": "Permitir, sin marcar «enviar correo»"}
    choices |= {mode: what.label for mode, what in AT_CONSENT.items()}
    choices |= {
        mode: f"Permitir; después: {what.label}" for mode, what in MODES.items() if provider in what.replies
    }
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    buttons = "".join(
        f'<p><button name="elegido" value="{mode}">{escape(label)}</button></p>'
        for mode, label in choices.items()
    )
    intro = f"<p>Aquí estaría la página de {name}. Elija qué debe pasar.</p>"
    return bare_page(f"Sustituto de {name}", f'{intro}<form method="get">{hidden}{buttons}</form>')


def bare_page(title: str, body: str) -> str:
    """A page that needs nothing else."""
    style = "body{font:18px/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em}button{font:inherit}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return (
        f'<!DOCTYPE html><html lang="es-MX"><head>{head}<style>{style}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
