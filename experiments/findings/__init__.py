"""Everything that is published as found, from one command: ``make findings``, see ``experiments.findings.__main__``.

A *part* asks one question (``part``); what it found is *kept* as a table with where it comes from (``kept``); *blocks*
turn kept tables into Markdown (``blocks``), and *documents* hold them between markers (``documents``).
"""
