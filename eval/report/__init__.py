"""A run for people: the table on the terminal, report.md and report.html."""

from eval.report.html import html
from eval.report.markdown import markdown
from eval.report.terminal import table

__all__ = ["html", "markdown", "table"]
