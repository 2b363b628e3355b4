"""How large a logo may be, and what may be spent on it."""

from facturamos import sandbox

MAX_BYTES = 2 * 1024 * 1024
# Telephones of 12 megapixels take 4032 × 3024, and some 4160 × 3120.
MAX_PIXELS = 13_500_000
# A progressive JPEG of 1 MB may hold 30 000 empty scans, which cost the decoder half a minute.
MAX_SCANS = 100
# One for each block of the largest picture.
MAX_RESTARTS = 250_000
# By how much one side may be longer than the other: 50 is a line on an invoice, 20 is doubtful.
MAX_RATIO, DOUBTFUL_RATIO = 50, 20
# The longer side of what is kept, in pixels; below the second it looks blurred on paper.
SIDE = 800
SHARP_SIDE = 200
QUALITY = 90
LIMITS = sandbox.Limits(cpu_seconds=1, memory_mb=200, seconds=5)

# Decoded twice to see whether data are missing is what costs at most half of the time allowed: pixels times
# the colours of each scan. Only large progressive CMYK pictures are beyond it.
MAX_WORK_TO_VERIFY = 200_000_000
