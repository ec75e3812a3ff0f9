"""From a study and the sections of its analyses to a report, a table of all numbers and a manifest."""
