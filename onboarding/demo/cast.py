"""Who plays in the demo. All made up; the RFCs have right check digits and are in no test pack of the SAT."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoIssuer:
    """What a distributor types to open an account."""

    name: str
    rfc: str
    full_name: str
    email: str
    phone: str
    username: str


@dataclass(frozen=True)
class DemoStaff:
    """Somebody who works in admin."""

    username: str
    full_name: str
    email: str


DISTRIBUTOR_NAME = "Distribuidora Demo del Bajío"
DISTRIBUTOR = DemoStaff("distribuidor", "Dolores Ibáñez Ríos", "distribuidor@demo.example")
CLERK = DemoStaff("operador", "Óscar Ruelas Soto", "operador@demo.example")
READER = DemoStaff("consulta", "Carmen Vidal Orta", "consulta@demo.example")
SUPPORT = DemoStaff("soporte", "Sofía Peña Luna", "soporte@demo.example")

# Persona moral: only what the distributor knows; it has every step before it.
NEW = DemoIssuer(
    name="PANADERÍA LOS NARANJOS",
    rfc="PNA180412KJA",
    full_name="Mariana Cárdenas Núñez",
    email="mariana@losnaranjos.example",
    phone="477 555 0101",
    username="naranjos",
)

# Persona física with Ñ and accents: has saved the steps up to its user.
HALF_WAY = DemoIssuer(
    name="ÍÑIGO NÚÑEZ PEÑA",
    rfc="NUPI850317Q21",
    full_name="Íñigo Núñez Peña",
    email="inigo@carpinteria.example",
    phone="449 555 0102",
    username="carpinteria",
)
HALF_WAY_TAX_REGIME = "612"  # personas físicas con actividades empresariales y profesionales
HALF_WAY_INITIALS = "INP"
HALF_WAY_ADDRESS = {
    "street": "Avenida Francisco I. Madero",
    "exterior_number": "118",
    "neighborhood": "Zona Centro",
    "postal_code": "20000",
    "locality": "Aguascalientes",
    "municipality": "Aguascalientes",
    "state": "Aguascalientes",
    "country": "México",
}
