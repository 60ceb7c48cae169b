"""The site: documents of the repository as they are, and pages that are made of the code and of what was found.

``make site`` builds it into ``build/site``; ``mkdocs.yml`` says what stands where.
"""
