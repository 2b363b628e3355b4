"""The Constancia de Situación Fiscal (CSF): read from its PDF, understood, and offered to the issuer.

`constancia` is the pure part, text in and facts out; `reading` takes a PDF apart in a limited process;
`prefill` compares with what is stored and saves what the issuer accepts.
"""
