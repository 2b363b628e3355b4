"""The same eleven pages as formtools' documentation shows a SessionWizardView; to be measured beside ours.

It is not part of the product and has the faults that docs/adr/0001 lists.
"""
