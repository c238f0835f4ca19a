"""« Expliquer ma décision »: one decision of a journal, explained to who holds its letter."""
