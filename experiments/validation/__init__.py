"""The model held against theory, data and itself."""
