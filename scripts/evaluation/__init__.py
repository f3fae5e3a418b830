"""How well recommending works: on labelled questions, and with many people."""
