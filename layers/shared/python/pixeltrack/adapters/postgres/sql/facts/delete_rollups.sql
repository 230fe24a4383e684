delete from rollups where period = any(%(periods)s)
