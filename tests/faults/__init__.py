"""What must hold when the process, the network, the database or the clock fails."""
