"""Charts as browsers, phones and paper draw them."""
