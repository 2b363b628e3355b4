"""Scripts that import others ask for them by the name of their content, so that no old one is mixed in."""

import re
import shutil
from pathlib import Path

from django.conf import settings

from facturamos.static_files import StaticFiles

IMPORTED = re.compile(r"from\s*\"\./([^\"]+)\"")
HASHED = re.compile(r"\w+\.[0-9a-f]{12}\.js")


def test_what_a_script_imports_is_named_after_its_content(tmp_path: Path) -> None:
    folder = tmp_path / "js" / "efirma"
    shutil.copytree(Path(settings.BASE_DIR, "static", "js", "efirma"), folder)
    storage = StaticFiles(location=tmp_path, base_url="/static/")
    names = ["js/efirma/page.js", *(f"js/efirma/{file.name}" for file in folder.iterdir())]

    processed = list(storage.post_process({name: (storage, name) for name in names}))

    # Besides each file there is the packed one.
    (page,) = [hashed for name, hashed, _ in processed if name == names[0] and hashed.endswith(".js")]
    imported = IMPORTED.findall((tmp_path / page).read_text())
    assert len(imported) == 4
    for name in imported:
        assert HASHED.fullmatch(name), name
        assert (folder / name).exists()
