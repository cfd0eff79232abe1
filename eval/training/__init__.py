"""How the reader that ships with newscite was trained; see docs/reader.md.

    python -m eval.training examples --data DIR --out examples.jsonl.gz
    python -m eval.training train --examples examples.jsonl.gz --out run/
    python -m eval.training export run/student.safetensors --out rag/reading/model/reader.onnx

Needs the extra `newscite[train]`. Nothing of it is imported when questions are answered.
"""
