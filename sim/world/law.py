"""What the law of a region is made of: levers of agencies, protection, justice and return, and what follows from them.

One record a region, so that a rule which reads five of them touches one or two cache lines and takes one argument.
"""

from __future__ import annotations

import numpy as np

from sim.declared.levers import LEVERS

GROUPS = (
    "status",
    "work",
    "police",
    "intel",
    "coop",
    "budget",
    "agency",
    "justice",
    "protection",
    "return",
    "integrity",
    "society",
)
LEVER_FIELDS = {
    lever.name: lever.name.replace(".", "_")
    for lever in LEVERS.values()
    if lever.scope == "region" and lever.name.split(".")[0] in GROUPS
}
# what follows from levers, capacity and experience
DERIVED = (
    "places",  # free places in safe accommodation
    "permits_left",  # permits that may still be given under the cap
    "removal",  # believed yearly hazard of removal without status
    "trust",  # in authorities where the person is, in [0, 1]
    "distrust",  # what lawlessness at home takes from it
    "promise",  # believed chance that what was promised to those who tell is kept
    "paid",  # believed chance that compensation is paid
    "law",  # rule of law
    "collusion",  # believed chance that police act for those who pay them
    "seller",  # how far people are punished for commercial sex, in [0, 1]
    "skill",  # over that of officers who stay: less where they are moved about, more beside a mission that helps
    "child_places",  # free places in care for children
    "tells_true",  # chance that those who interview detained people tell a true story from another
    "threatened",  # believed chance that a person who makes a statement here is threatened
    "family_threatened",  # the same of the family at home of a person from here
)
LAW_RECORD = np.dtype([(field, "f8") for field in (*LEVER_FIELDS.values(), *DERIVED)], align=True)
