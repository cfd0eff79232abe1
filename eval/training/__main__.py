"""The recipe, step by step: examples, train, export, measure. See docs/reader.md."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from rag import bundled


def main() -> None:
    """Parses the command line and takes the step."""
    parser = argparse.ArgumentParser(prog="python -m eval.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("examples", help="make the training examples from the data sets")
    step.add_argument("--data", type=Path, required=True)
    step.add_argument("--out", type=Path, required=True, help="a .jsonl.gz file")
    step.add_argument("--seed", type=int, default=1)
    step.set_defaults(run=_examples)
    step = steps.add_parser("train", help="train a network on them; repeat to go on")
    step.add_argument("--examples", type=Path, required=True)
    step.add_argument("--out", type=Path, required=True, help="a folder")
    step.add_argument("--base", default="l10", help="l12, l10, l6 or minilm")
    step.add_argument("--epochs", type=float)
    step.add_argument("--seed", type=int)
    step.add_argument("--teacher", type=Path, nargs="*", default=[], help="trained networks")
    step.set_defaults(run=_train)
    step = steps.add_parser("measure", help="ask SQuAD's dev-b with its paragraphs")
    step.add_argument("network", type=Path)
    step.add_argument("--data", type=Path, required=True)
    step.set_defaults(run=_measure)
    step = steps.add_parser("export", help="write the int8 ONNX file that is shipped")
    step.add_argument("network", type=Path)
    step.add_argument("--out", type=Path, required=True)
    step.set_defaults(run=_export)
    options = parser.parse_args()
    options.run(options)


def _examples(options: argparse.Namespace) -> None:
    from eval.training.examples import write_examples

    for kind, count in write_examples(options.data, options.out, options.seed).most_common():
        print(f"{count:7,} {kind}")


def _train(options: argparse.Namespace) -> None:
    from tokenizers import Tokenizer

    from eval.training.bases import base, minilm_file
    from eval.training.batches import encode
    from eval.training.examples import read_examples
    from eval.training.train import Recipe, listen, load, train

    device = _device()
    given = {"epochs": options.epochs, "seed": options.seed}
    recipe = replace(Recipe(), **{name: value for name, value in given.items() if value})
    print(asdict(recipe), device)
    files = bundled.locate(bundled.CROSS_ENCODER)
    tokens = encode(read_examples(options.examples), Tokenizer.from_file(str(files.tokenizer)))
    tokens = tokens.to(device)
    # What the teachers and the cross-encoder say is asked once; an interrupted run asks again.
    relevance = listen([base("l12", files.onnx).to(device)], tokens, device).relevance
    teachers = [load(path).to(device) for path in options.teacher]
    taught = listen(teachers, tokens, device) if teachers else None
    network = base(options.base, minilm_file() if options.base == "minilm" else files.onnx)
    network.freeze_words()
    train(network, tokens, relevance, recipe, options.out, device, taught)


def _measure(options: argparse.Namespace) -> None:
    from tokenizers import Tokenizer

    from eval.training.measure import measure
    from eval.training.train import load

    device = _device()
    tokenizer = Tokenizer.from_file(str(bundled.locate(bundled.CROSS_ENCODER).tokenizer))
    found = measure(load(options.network).to(device), tokenizer, options.data, device)
    for name, value in asdict(found).items():
        print(f"{name:16} {value:,.4f}" if isinstance(value, float) else f"{name:16} {value:,}")


def _export(options: argparse.Namespace) -> None:
    import hashlib

    from eval.training.export import export
    from eval.training.train import load

    export(load(options.network), options.out)
    content = options.out.read_bytes()
    print(f"{len(content) / 1e6:.1f} MB  sha256 {hashlib.sha256(content).hexdigest()}")


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


if __name__ == "__main__":
    main()
