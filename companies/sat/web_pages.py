"""The SAT's own pages where one gets what our pages ask for."""

# The Constancia de Situación Fiscal, with RFC and password or with e.firma.
CONSTANCIA = "https://www.sat.gob.mx/portal/public/tramites/constancia-de-situacion-fiscal"
# The program that makes a CSD's request (.sdg) and its key.
CERTIFICA = "https://portalsat.plataforma.sat.gob.mx/certifica/"
# Where the request is sent, and the CSD's certificate downloaded, also one that exists already.
CERTISAT = "https://aplicacionesc.mat.sat.gob.mx/certisat/"
