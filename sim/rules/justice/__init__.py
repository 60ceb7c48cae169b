"""Meetings with agencies, cases, courts, protection and removal."""
