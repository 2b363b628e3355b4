"""One timeline: of a company, of any row, and of what one person did; values and reasons together."""
