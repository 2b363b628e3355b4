"""How often and for how long a letter may be signed on our page, and how much may be sent for it. Pure."""

from datetime import timedelta

# What was prepared for signing is of use for so long, and once.
DRAFT_LIFETIME = timedelta(minutes=15)
MINUTES = DRAFT_LIFETIME // timedelta(minutes=1)
# By a company.
DRAFTS_PER_HOUR = 20
# When what was prepared is deleted, used or not.
DRAFTS_FORGOTTEN_AFTER = timedelta(days=1)
# In bytes: two RSA keys' worth; whatever is longer is no signature.
MAX_SIGNATURE = 1024
# In bytes: a signature of each of a few documents, in base64.
MAX_SENT = 64 * 1024
