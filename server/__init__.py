"""HOW IT IS REACHED: composition root, settings, authentication, edges, timers, command line."""
