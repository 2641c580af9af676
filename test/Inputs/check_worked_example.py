#!/usr/bin/env python3
"""Compares a page's code with the sources: check_worked_example.py PAGE NAME...

Each block of the page follows the name of its file and stands there word for word.
NAMEs are the spellings of the layer that the page is about: no other file of the
sources may contain one.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["dialects", "examples", "include", "lib", "runtime", "test", "tools"]


def blocks(page):
    """Pairs of a file and the code that the page shows of it."""
    return re.findall(r"`([^`\n]+)`:\n\n```\w*\n(.*?)\n```", page, re.S)


def files_with(names):
    found = set()
    for folder in SOURCES:
        for file in (ROOT / folder).rglob("*"):
            if not file.is_file() or "__pycache__" in file.parts:
                continue
            text = file.read_bytes()
            if b"check_worked_example" in text:
                continue
            if any(name.encode() in text or name in file.name
                   for name in names):
                found.add(str(file.relative_to(ROOT)))
    return found


def main():
    path, *names = sys.argv[1:]
    page = pathlib.Path(path).read_text()
    shown, bad = blocks(page), []
    if len(shown) != page.count("```") // 2 or not shown:
        bad.append(f"{page.count('```') // 2} blocks, but {len(shown)} of them "
                   "follow the name of a file")
    for file, code in shown:
        source = ROOT / file
        if not source.is_file():
            bad.append(f"there is no {file}")
        elif code + "\n" not in source.read_text():
            bad.append(f"{file} does not contain:\n{code}")
    expected = {file for file, _ in shown}
    for file in sorted(files_with(names) ^ expected):
        bad.append(f"{file} is shown, but does not name the layer"
                   if file in expected else
                   f"{file} names the layer, but is not shown")
    for text in bad:
        print(f"error: {text}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
