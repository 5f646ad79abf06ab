"""Files for other tools: each writer is a pure function from a `Network`, or tables, to bytes."""
