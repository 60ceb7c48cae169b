"""The book, printed: tables of what is declared, and pages of policies."""
