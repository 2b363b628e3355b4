"""What a browser may do with our pages, and what it tells us of what it kept from happening."""

from django.utils.csp import CSP

# Where browsers tell it: newer ones know the place by a name (Reporting-Endpoints), the others by its path.
REPORTS = "csp"
REPORTS_PATH = "/csp/"

POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "report-uri": [REPORTS_PATH],
    "report-to": [REPORTS],
}
