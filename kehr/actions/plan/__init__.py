"""Makes the planned messages follow the appointments, and foresees what comes."""
