"""What a gateway of any description is asked and answers, states and replies."""
