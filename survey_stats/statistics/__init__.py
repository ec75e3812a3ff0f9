"""Statistics: numbers in, results out; one file a family."""
