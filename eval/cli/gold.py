"""`newscite eval lint` and `newscite eval convert`: gold files, checked and translated."""

from pathlib import Path
from typing import Annotated

import typer


def lint_command(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="The gold file to check.")],
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="FILE", help="Gold that must not share questions."),
    ] = None,
    gold_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="How the gold is written.")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check gold against the corpus: evidence, quotes, answers, duplicates and leaks.

    Exits with 1 when there is an error; warnings are for a person to judge.
    """
    import json
    from dataclasses import asdict

    from rich.console import Console

    from eval.cli.opening import filled
    from eval.formats import read_gold_set
    from eval.lint import lint
    from eval.systems.local import LocalCorpus
    from rag.settings import load_settings

    questions = read_gold_set(gold, gold_format).questions
    others = {str(path): read_gold_set(path).questions for path in against or ()}
    with filled(load_settings(context.obj), "newscite eval lint") as engine:
        findings = lint(questions, LocalCorpus(engine), others)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        counts = {"questions": len(questions), "errors": errors}
        counts["warnings"] = len(findings) - errors
        typer.echo(json.dumps(counts | {"findings": [asdict(f) for f in findings]}, indent=2))
    else:
        console = Console()
        for finding in findings:
            line = f"{finding.severity}: {finding.question_id}: {finding.check}: {finding.message}"
            console.print(line, markup=False, highlight=False)
        console.print(
            f"{len(questions)} questions: {errors} errors, {len(findings) - errors} warnings",
            highlight=False,
        )
    if errors:
        raise typer.Exit(1)


def convert_command(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A published gold file.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where gold.jsonl and articles.jsonl go.")
    ],
    gold_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="How the source is written.")
    ] = "auto",
) -> None:
    """Write a published gold file as ours, and the texts that come with it as articles to ingest.

    SQuAD, for one, becomes an open corpus: its paragraphs are articles, and its questions are
    asked without them.
    """
    from eval.formats import read_gold_set, write_articles, write_gold
    from rag.errors import UsageError

    gold = read_gold_set(source, gold_format)
    for note in gold.notes:
        typer.echo(note, err=True)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"the folder {out} cannot be made: {reason}") from error
    write_gold(out / "gold.jsonl", gold.questions)
    typer.echo(f"{len(gold.questions)} questions are in {out / 'gold.jsonl'}")
    if gold.articles:
        write_articles(out / "articles.jsonl", gold.articles)
        typer.echo(
            f"{len(gold.articles)} articles are in {out / 'articles.jsonl'}; "
            "newscite ingest makes a corpus of them"
        )
