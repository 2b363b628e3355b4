"""How often and how long a letter may be signed on our page, what is sent, how long a PAC is asked. Pure."""

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
# A PAC that says nothing of use for so long is asked no more: a person must find out.
GIVE_UP_AFTER = timedelta(days=3)
