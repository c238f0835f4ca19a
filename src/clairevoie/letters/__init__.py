"""French administrative letters and notices as tagged PDF (PDF/UA-1), text and HTML."""
