"""Answers and changes what accounts configure: sites, their snippet, API keys."""
