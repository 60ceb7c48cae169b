"""Designs: each makes an estimate from a panel of records, and knows nothing of the truth.

A design is a function ``(panel, **options) -> Estimate``. The panel has a row for each unit and period: ``unit``
(text), ``time`` (whole numbers without gaps), ``treated_at`` (the first period in which the policy holds in the unit,
inf where it never does) and ``y`` (what was recorded). The estimate is the mean change per treated unit and period, in
the unit of ``y``. A design that cannot be used on a panel raises ``NotPossibleError``.
"""
