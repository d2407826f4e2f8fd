"""The pages of chapters: to play alone, and on a stage."""
