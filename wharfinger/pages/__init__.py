"""What stands on a page (PDF, DOCX): words and rules in order, labels with their values, tables, orders."""
