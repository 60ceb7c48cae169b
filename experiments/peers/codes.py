"""The codes of stages, channels and the like as plain numbers, which Python compares faster than members of an enum."""

from __future__ import annotations

from sim.agents.people import Bound, Channel, Creditor, Decision, Legal, Stage, Tier

HOME, WAITING, TRAVELLING, HELD, ARRIVED, WORKING, SETTLED, DETAINED, RETURNED, DEAD, PROTECTED = map(int, Stage)
REGULAR, PAPERS, ALONE, PROVIDER, CREDIT, RECRUITER, SAVE, REMAIN = map(int, Channel)
STAY = -1  # in place of a channel: stays at home, or goes back there
CITIZEN, WITH_STATUS, VISITOR, WITHOUT_STATUS, TIED = map(int, Legal)
NOTHING, MOVE, CONTINUE, STOP_HERE, GO_HOME = map(int, Decision)
SEEK_WORK = 8  # a decision too: stays where she has arrived and looks for work
PLAIN, BROKERED = int(Tier.PLAIN), int(Tier.BROKERED)
CONTROLLED, OWES, PAYS, RANSOM = map(int, (Bound.CONTROLLED, Bound.OWES, Bound.PAYS, Bound.RANSOM))
NOBODY, ENTERPRISE = int(Creditor.NOBODY), int(Creditor.ENTERPRISE)
