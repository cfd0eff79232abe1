"""`newscite chat`: a conversation with the corpus in a terminal, or over lines of a pipe."""
