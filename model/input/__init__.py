"""What is read from files: nothing else in the project opens a file that somebody gives."""
