"""How style sheets, scripts and pictures are stored for production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Packed, and named after their content: also those that a script imports."""

    support_js_module_import_aggregation = True
