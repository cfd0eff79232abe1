"""Stories: which articles are copies of one another, and what of a copy a question has to see."""
