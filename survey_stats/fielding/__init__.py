"""One file per survey tool: simulates the tool's export of given answers."""
