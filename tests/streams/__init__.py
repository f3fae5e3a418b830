"""Every subscription over the wire: what it tells, from where, to whom, and until when."""
