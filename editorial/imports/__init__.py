"""Import of rows from CSV and XLSX files: a dry run, then the run, row by row (docs/imports.md)."""
