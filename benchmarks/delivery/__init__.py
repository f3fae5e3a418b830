"""From a commit to those who hear of it: over several processes, beside a raw relay, and while things break."""
