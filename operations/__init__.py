"""What an operator does with an installation as a whole: backup, restore, and a new version. docs/operations.md."""
