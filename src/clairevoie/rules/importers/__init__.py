"""Rule sets from the exports of other tools; none of these tools is imported."""
