"""Fits the confidence of answers: collect what the reader makes of gold, then fit. See
docs/confidence.md."""

import argparse
from pathlib import Path


def main() -> None:
    """Parses the command line and takes the step."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibration", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("collect", help="ask gold questions and write their signals")
    step.add_argument("corpus", type=Path, help="a data folder with ingested articles")
    step.add_argument("gold", type=Path)
    step.add_argument("--name", required=True, help="what to call this set of questions")
    step.add_argument("--sample", type=int, help="ask so many only, drawn at random")
    step.add_argument("--leave-out", action="store_true", help="and again, their articles hidden")
    step.add_argument("--elsewhere", action="store_true", help="the gold is of another corpus")
    step.add_argument("--out", type=Path, required=True, help="a .jsonl file")
    step.set_defaults(run=_collect)
    step = steps.add_parser("fit", help="fit the confidence and write it as JSON")
    step.add_argument("cases", type=Path, nargs="+", help="files that collect wrote")
    step.add_argument("--out", type=Path, required=True)
    step.set_defaults(run=_fit)
    step = steps.add_parser("curve", help="what each operating point declines and gets wrong")
    step.add_argument("cases", type=Path, nargs="+", help="files that collect wrote")
    step.add_argument("--svg", type=Path, required=True, help="the risk-coverage curve")
    step.set_defaults(run=_curve)
    options = parser.parse_args()
    options.run(options)


def _collect(options: argparse.Namespace) -> None:
    from eval.calibration.cases import write_cases
    from eval.calibration.collecting import answering_everything, collect, questions_of
    from eval.gold_choice import GoldChoice

    gold = GoldChoice(options.gold, sample=options.sample).read().questions
    with answering_everything(options.corpus) as (engine, corpus):
        asked = questions_of(gold, corpus, leave_out=options.leave_out, elsewhere=options.elsewhere)
        count = write_cases(options.out, collect(engine, options.name, asked))
    print(f"{count:,} questions are in {options.out}")


def _fit(options: argparse.Namespace) -> None:
    from eval.calibration.cases import read_cases
    from eval.calibration.fitting import fit

    calibration = fit(read_cases(options.cases))
    options.out.write_text(calibration.model_dump_json(indent=2) + "\n", encoding="utf-8")
    for name in ("answerable", "right"):
        weights = getattr(calibration, name).weights
        print(f"{name:10}", "  ".join(f"{signal} {w:+.3f}" for signal, w in weights.items()))


def _curve(options: argparse.Namespace) -> None:
    from eval.calibration.cases import read_cases
    from eval.calibration.curve import draw, points, table
    from eval.calibration.fitting import told_out_of_fold

    cases = read_cases(options.cases)
    answerable, _ = told_out_of_fold(cases)
    for corpus in sorted({case.corpus for case in cases}):
        of = [number for number, case in enumerate(cases) if case.corpus == corpus]
        print(f"\n{corpus}\n\n{table(points([cases[i] for i in of], answerable[of]))}")
    options.svg.write_text(draw(cases, answerable), encoding="utf-8")


if __name__ == "__main__":
    main()
