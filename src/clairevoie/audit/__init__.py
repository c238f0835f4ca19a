"""Disparities between groups over a whole journal: who is hit, how sure, what may be published."""
