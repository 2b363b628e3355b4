"""The SAT's catalogues that addresses and régimenes are read against; `load_sat_catalogs` fills them.

Their keys are the SAT's own codes. Nobody edits a row: the next load would undo it.
"""

from django.db import models
from django.utils import timezone


class SatCountry(models.Model):
    """A country of the SAT's catalogue c_Pais."""

    code = models.CharField("clave", max_length=3, primary_key=True)
    name = models.CharField("nombre", max_length=120)

    class Meta:
        verbose_name = "país del SAT"
        verbose_name_plural = "países del SAT"

    def __str__(self) -> str:
        return self.name


class SatState(models.Model):
    """c_Estado: the states of Mexico, and those of the United States and Canada."""

    code = models.CharField("clave", max_length=3, primary_key=True)
    country = models.CharField("país", max_length=3)
    name = models.CharField("nombre", max_length=120)

    class Meta:
        verbose_name = "estado del SAT"
        verbose_name_plural = "estados del SAT"

    def __str__(self) -> str:
        return self.name


class SatMunicipality(models.Model):
    """c_Municipio; a code says something only within its state."""

    pk = models.CompositePrimaryKey("state", "code")
    state = models.CharField("estado", max_length=3)
    code = models.CharField("clave", max_length=3)
    name = models.CharField("nombre", max_length=120)

    class Meta:
        verbose_name = "municipio del SAT"
        verbose_name_plural = "municipios del SAT"

    def __str__(self) -> str:
        return self.name


class SatLocality(models.Model):
    """c_Localidad; a code says something only within its state."""

    pk = models.CompositePrimaryKey("state", "code")
    state = models.CharField("estado", max_length=3)
    code = models.CharField("clave", max_length=3)
    name = models.CharField("nombre", max_length=120)

    class Meta:
        verbose_name = "localidad del SAT"
        verbose_name_plural = "localidades del SAT"

    def __str__(self) -> str:
        return self.name


class SatPostalCode(models.Model):
    """c_CodigoPostal. Municipality and locality are codes within the state; either may be empty."""

    code = models.CharField("código postal", max_length=5, primary_key=True)
    state = models.CharField("estado", max_length=3)
    municipality = models.CharField("municipio", max_length=3, blank=True)
    locality = models.CharField("localidad", max_length=3, blank=True)
    # The SAT's words, «Tiempo del Centro» for one: a CFDI's time is that of the place of issue.
    time_zone = models.CharField("huso horario", max_length=60)

    class Meta:
        verbose_name = "código postal del SAT"
        verbose_name_plural = "códigos postales del SAT"

    def __str__(self) -> str:
        return self.code


class SatNeighborhood(models.Model):
    """c_Colonia; a code says something only within its postal code."""

    pk = models.CompositePrimaryKey("postal_code", "code")
    postal_code = models.CharField("código postal", max_length=5)
    code = models.CharField("clave", max_length=4)
    name = models.CharField("nombre", max_length=150)

    class Meta:
        verbose_name = "colonia del SAT"
        verbose_name_plural = "colonias del SAT"

    def __str__(self) -> str:
        return self.name


class SatTaxRegime(models.Model):
    """c_RegimenFiscal, with the personas that it fits; companies/sat/tax_regimes.py holds the rule."""

    code = models.CharField("clave", max_length=3, primary_key=True)
    name = models.CharField("nombre", max_length=150)
    moral = models.BooleanField("personas morales")
    fisica = models.BooleanField("personas físicas")

    class Meta:
        verbose_name = "régimen del SAT"
        verbose_name_plural = "regímenes del SAT"

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class CatalogueLoad(models.Model):
    """What the catalogues were loaded from last; the only row, or none."""

    # Of satcfdi's file and of our own rule of personas (companies.sat.catalogues.fingerprint).
    fingerprint = models.CharField("huella", max_length=64)
    loaded_at = models.DateTimeField("cargados", default=timezone.now)

    class Meta:
        verbose_name = "carga de catálogos del SAT"
        verbose_name_plural = "cargas de catálogos del SAT"

    def __str__(self) -> str:
        return f"{self.loaded_at:%Y-%m-%d %H:%M}"


class LookupMeter(models.Model):
    """How often a user has looked up postal codes in the present minute; one row for each user."""

    user = models.OneToOneField(
        "companies.User", models.CASCADE, primary_key=True, related_name="+", verbose_name="usuario"
    )
    since = models.DateTimeField("desde", default=timezone.now)
    count = models.PositiveIntegerField("consultas", default=0)

    class Meta:
        verbose_name = "consultas de códigos postales"
        verbose_name_plural = "consultas de códigos postales"

    def __str__(self) -> str:
        return f"{self.count} desde {self.since:%H:%M}"
