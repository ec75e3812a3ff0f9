"""Who spent how long on what."""
