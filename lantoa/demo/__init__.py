"""`lantoa demo`: a sample organisation of ten members with a year behind it, and a local news site to collect from."""
