"""Which module of ours imports which, counting imports inside functions and for type checkers."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each app may import those after it, never those before it.
APPS = ("onboarding.backoffice", "onboarding", "certificates", "companies", "mailing", "facturamos")
FOLDERS = ("onboarding", "certificates", "companies", "mailing", "facturamos")

Graph = dict[str, set[str]]


def sources(*folders: str) -> Iterator[Path]:
    """The modules below the folders, without migrations."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def dotted(path: Path) -> str:
    """A module's name; a package's is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def app_of(module: str) -> str:
    """The app that a module belongs to."""
    return next((app for app in APPS if module == app or module.startswith(f"{app}.")), module)


def named(tree: ast.AST) -> Iterator[str]:
    """What a module imports: modules, and names that may be modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(*folders: str) -> Graph:
    """Each module with those of ours that it imports.

    `from a.b import c` is an import of the module a.b.c where there is one, else of a.b.
    """
    modules = {dotted(path): path for path in sources(*folders)}
    found: Graph = {}
    for module, path in modules.items():
        names = set(named(ast.parse(path.read_text())))
        wanted = {name for name in names if name in modules}
        # A package of which only a module is imported is not itself what is meant.
        packages = {name for name in wanted if modules[name].name == "__init__.py"}
        meant = {name for name in packages if _takes_names(path, name, modules)}
        found[module] = wanted - packages | meant - {module}
    return found


def _takes_names(path: Path, package: str, modules: dict[str, Path]) -> bool:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            if any(f"{package}.{alias.name}" not in modules for alias in node.names):
                return True
        elif isinstance(node, ast.Import) and any(alias.name == package for alias in node.names):
            return True
    return False


def circles(edges: Graph) -> list[list[str]]:
    """The groups of modules that reach each other (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in edges[module]:
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == module:
                    break
            if len(group) > 1 or module in edges[module]:
                found.append(sorted(group))

    for module in edges:
        if module not in index:
            visit(module)
    return found


def told(group: list[str], edges: Graph) -> str:
    """A circle as arrows, to be read when the test fails."""
    inside = set(group)
    return "\n".join(f"{module} → {other}" for module in group for other in sorted(edges[module] & inside))
