"""Pages on which people try the model's levers; they import model and experiments."""
