"""What is read from people's files."""
