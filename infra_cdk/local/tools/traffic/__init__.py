"""Generated traffic: plausible visits with a fixed seed, whose true figures are known."""
