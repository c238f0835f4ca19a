"""What the pages of recommendations show, in the language of the page."""
