"""The styles of what is shown. Each colour is read on a dark and on a light background."""

ANSWERS = "#121212 on #ffd75f"
"""The words of a quote that answer."""

SHORT = "bold #008700"
"""The short answer."""

MARKER = "bold #0087af"
"""The [n] of a citation."""

BAR = "#0087af"
"""What stands beside a quote."""

MIND = "bold #d7005f"
"""A correction, figures that disagree, a refusal: what must not be missed."""

FAINT = "dim"
"""What is there for those who look for it."""
