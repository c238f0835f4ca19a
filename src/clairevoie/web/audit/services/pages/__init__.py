"""What the pages of audits show, in the language of the page."""
