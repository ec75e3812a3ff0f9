"""Published findings, and ours beside them."""
