"""Measuring newscite: gold questions go in, scored runs with intervals come out.

The way through: `gold` reads the questions, `systems` is what answers them, `runs` asks and scores
(`outcome` is one question's result, `measures` the scores, `intervals` their uncertainty), `folder`
keeps a run on disk, `report` makes it readable, and `cli` is `newscite eval`.
"""
