"""The evidence suite: every claim of every case over worlds and luck, with its null test."""
