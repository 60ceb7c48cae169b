"""Networks of enterprises and facilitators: forms, ties, the market for partners, and how they change (model 4.8)."""
