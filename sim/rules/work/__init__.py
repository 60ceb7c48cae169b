"""Work, pay, debts, venues, handing over and recruitment."""
