"""The Constancia de Situación Fiscal (CSF): read from its PDF, understood, and offered to the issuer.

`reading` takes a PDF apart in a limited process; `understanding` is the pure part, words with places in and
a `result` out (`cells`, `regime_table`, `owner_and_date`, `values` and `qr` are its rules); `prefill`
compares with what is stored and saves what the issuer accepts.
"""
