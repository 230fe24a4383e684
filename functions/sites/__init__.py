"""The API of what accounts configure: sites, goals, API keys, and the jobs they ask for."""
