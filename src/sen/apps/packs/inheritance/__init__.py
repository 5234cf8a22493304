"""Templates: what one unit publishes, others inherit and override. Other apps call `sen.apps.packs.interface`."""
