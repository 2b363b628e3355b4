"""«Importar»: many accounts from one sheet. Read, judged, shown, and created all at once or not at all."""
