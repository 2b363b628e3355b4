"""What Python's own parser of arguments says about wrong ones, in Spanish. Exit status 2."""

import re
from typing import NoReturn

from django.core.management.base import CommandError, CommandParser

UNREADABLE = 2
# argparse has its sentences in no language but English.
_SENTENCES = (
    (re.compile(r"the following arguments are required: (.+)"), r"Falta: \1."),
    (re.compile(r"unrecognized arguments: (.+)"), r"No se conoce: \1."),
    (re.compile(r"argument (.+?): expected one argument"), r"\1: le falta su valor."),
    (re.compile(r"argument (.+?): expected .+"), r"\1: no lleva esa cantidad de valores."),
    (
        re.compile(r"argument (.+?): invalid choice: '(.*)' \(choose from (.+)\)"),
        r"\1: «\2» no es uno de: \3.",
    ),
    (re.compile(r"argument (.+?): invalid int value: '(.*)'"), r"\1: «\2» no es un número."),
    (re.compile(r"argument (.+?): invalid .+ value: '(.*)'"), r"\1: «\2» no sirve."),
    (re.compile(r"argument (.+?): ignored explicit argument '(.*)'"), r"\1: no lleva valor («\2»)."),
    (re.compile(r"argument (.+?): not allowed with argument (.+)"), r"\1: no va junto con \2."),
    (re.compile(r"ambiguous option: (.+) could match (.+)"), r"«\1» puede ser: \2."),
)


class SpanishParser(CommandParser):
    """Says in Spanish what is wrong with the arguments, and how they are written."""

    @classmethod
    def like(cls, parser: CommandParser) -> "SpanishParser":
        """A parser that takes what another takes."""
        return cls(
            prog=parser.prog,
            description=parser.description,
            formatter_class=parser.formatter_class,
            parents=[parser],
            add_help=False,
            called_from_command_line=parser.called_from_command_line,
        )

    def error(self, message: str) -> NoReturn:
        """Ends with the sentence, or raises it where another program has called."""
        sentence = in_spanish(message)
        if not self.called_from_command_line:
            raise CommandError(sentence, returncode=UNREADABLE)
        usage = self.format_usage().removeprefix("usage: ")
        self.exit(UNREADABLE, f"Se escribe: {usage}{sentence}\n")


def in_spanish(message: str) -> str:
    """One of argparse's sentences, in Spanish where it is one that we know."""
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(message):
            return found.expand(sentence)
    return f"Los argumentos no se entienden: {message}."
