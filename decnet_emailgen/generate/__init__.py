"""Words: a brief, a prompt, writers, and the gate that judges and repairs what a writer returns."""
