"""The corpus as tools of the Model Context Protocol: what an assistant asks, searches and checks.

tools     what there is to call, told to a language model that has to choose well
text      the results as that model reads them, the corpus' own words marked as such
server    the protocol's server over any of the ways below in which a call gets its corpus
stdio     a process of a client's own, over its standard input and output
http      an address of the running service, behind its keys, limits and queue
"""
