"""What is written for people: figures, tables, folders."""
