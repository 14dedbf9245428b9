"""Sheets of rows and columns (CSV, XLSX): where the header is, what its columns mean, which rows are one order."""
