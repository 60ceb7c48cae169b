"""Levers of intelligence; see the package."""

from __future__ import annotations

from sim.declared.levers.lever import Lever

# one declaration reads like a row of a table
# fmt: off
INTELLIGENCE: tuple[Lever, ...] = (
    Lever("intel.collection", "region", "share", 0, 1,
          "how far intelligence services watch trades, follow money and keep insiders, beyond what they do",
          "C6-P09, C6-M37", "zero", needs=("intelligence",)),
    Lever("intel.analysis", "region", "share", 0, 1,
          "how far analysts take up what is collected and check it, beyond what they do",
          "C6-P03, C6-M41", "zero", needs=("intelligence",)),
    Lever("intel.fusion", "region", "share", 0, 1,
          "how far intelligence services and police of a state work as one",
          "C6-P04, C6-M33", "zero", needs=("intelligence",)),
    Lever("intel.sharing", "region", "share", 0, 1,
          "how far a state tells others what it knows of those who stand there, beyond what it does",
          "C6-P05, C6-M13", "zero", needs=("intelligence",)),
    Lever("intel.source_protection", "region", "share", 0, 1,
          "how far sources are shielded: in court, and by telling nobody who need not know",
          "C6-M11, C6-M13", "zero", needs=("intelligence",)),
    Lever("intel.oversight", "region", "share", 0, 1,
          "how far the use of intelligence is reviewed before it is acted on",
          "C6-P11, C6-P20", "zero", needs=("intelligence",)),
    Lever("intel.threshold", "region", "share", 0, 1,
          "what police must know of a target before it becomes a case",
          "C6-M12, C6-M10", "flat", needs=("intelligence",)),
    Lever("intel.planning", "region", "share", 0, 1,
          "how far investigators and prosecutors plan together how what is known becomes evidence",
          "C6-P10, C6-M21", "zero", needs=("intelligence",)),
    Lever("intel.evidence", "region", "share", 0, 1,
          "share of such cases in which intelligence itself is put before a court",
          "C6-M11", "zero", needs=("intelligence",)),
    Lever("intel.led", "region", "share", 0, 1,
          "how far what is known of a target decides which cases are worked on first",
          "C6-P01, C6-P02", "zero", needs=("intelligence",)),
    Lever("intel.strategic", "region", "share", 0, 1,
          "how far priorities between sectors follow what is known of each",
          "C6-P16, C6-M39", "zero", needs=("intelligence",)),
    Lever("intel.borders", "region", "share", 0, 1,
          "how far border guards look at whom police know of, and less at others",
          "C6-P08, C6-M25", "zero", needs=("intelligence",)),
)
# fmt: on
