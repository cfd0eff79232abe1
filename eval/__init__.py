"""Measuring newscite, or a peer: gold questions go in, scored runs with intervals come out.

The way of a question: `formats` and `questions` read the gold, `systems` is what answers, `scoring`
asks and checks (`evidence`: how far the gold evidence came; `checking`: whether quotes are real and
support what is said; `outcome`: all of it, for `measures` and `stages` to look at), `journal` keeps
it in case of an interruption, and `results` puts the run together with `intervals`. `report` makes
a run readable, `compare` and `gate` set two side by side, `lint` and `annotate` look after gold,
and `cli` is `newscite eval`.
"""
