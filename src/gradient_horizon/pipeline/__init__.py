"""Jobs and trust: the command line, what each rule depends on, preflight, comparing and verifying results."""
