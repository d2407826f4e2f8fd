"""Cases from sources: arms, claims, and how runs weigh them."""
