"""The commands of `alliances`, one group a file; heavy imports wait until a command runs."""
