"""Intelligence: what is collected, analysed, shared and used, beside what courts call evidence."""
