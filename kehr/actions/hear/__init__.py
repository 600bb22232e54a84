"""What comes back from the gateways: states, replies, balances, and what became of the unclear."""
