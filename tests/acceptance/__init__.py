"""What the office asks of the whole: the four stories and the facts of the source documents, through the API."""
