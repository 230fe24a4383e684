"""Sites: their settings, members and goals."""
