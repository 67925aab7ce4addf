"""Wording messages: texts in folders by language, filled in a sandbox, as plain text and HTML from one source."""
