#!/usr/bin/env python3
"""Checks that the documents agree with the code. Each check prints its findings.

    documents.py riddles ROOT    sentences that readers could not decode
    documents.py links ROOT      links, paths and tests that do not exist
    documents.py flows ROOT      the two flows of docs/architecture.md
    documents.py names ROOT      the names in its tables
    documents.py rooms ROOT      its table of the folders of lib/, and what they include
    documents.py quotes ROOT     programs that a document shows otherwise than they are

A quote is a block of code whose first line names the file: ```cpp FOLDER/FILE.
Its text is one piece of the file.
"""

import re
import sys
from pathlib import Path

# Each one stood in this repository once. A sentence says what happens.
RIDDLES = [
    r"\bagain: nothing\b",
    r"\bas a price is one\b",
    r"\bif not about lower ones\b",
    r"\bis counted still\b",
    r"\bnobody can tell from what comes\b",
    r"\bwho gets what was settled\b",
    r"\bto whom\b",
    r"\bthat (?:is|are) there only while\b",
    r"\bfor whatever can'?t be meant\b",
    r"\bletter by letter\b",
    r"[:;] nothing\.(?:\s|$)",
    r"\bif it was another\b",
    r"\bwhat there is of\b",
]

FOLDERS = ("include/", "lib/", "examples/", "tests/", "benchmarks/", "cmake/", "docs/")
SOURCES = ("include", "lib", "examples", "benchmarks")
FLOWS = ("The path of a price", "The path of a notification")
LONGEST_FLOW = 9
# Programs that a document shows from the first line to the last, with the most
# lines that they may have.
SHOWN_WHOLE = {"README.md": {"examples/quickstart/main.cc": 25, "examples/own_feed/main.cc": 30}}
# Every example of the guide is quoted there, and short.
GUIDE, GUIDE_EXAMPLES, LONGEST_EXAMPLE = "docs/guide.md", "examples/guide", 60


def read(path):
    return path.read_text(encoding="utf-8")


def documents(root):
    return sorted([*root.glob("*.md"), *(root / "docs").glob("*.md"), *(root / "lib").rglob("*.md")])


def code(root, *folders):
    return sorted(path for folder in folders for pattern in ("*.h", "*.cc")
                  for path in (root / folder).rglob(pattern))


def running_text(text):
    """The text without comment marks and line breaks: sentences go over both."""
    return re.sub(r"\s+", " ", re.sub(r"^\s*//[/!]?<?", "", text, flags=re.M))


def riddles(root):
    places = [*code(root, "include", "lib", "examples", "tests", "benchmarks"), *documents(root)]
    for path in places:
        text = running_text(read(path))
        for riddle in RIDDLES:
            for match in re.finditer(riddle, text, re.I):
                around = text[max(0, match.start() - 40):match.end() + 40]
                yield f"{path.relative_to(root)}: \"...{around}...\""


def anchors_of(markdown):
    headings = re.findall(r"^#+ (.*)$", markdown, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tests_of(root):
    text = "\n".join(read(path) for path in code(root, "tests", "benchmarks"))
    return {f"{suite}.{test}" for suite, test in re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\)", text)}


def links(root):
    known_tests = tests_of(root)
    for path in documents(root):
        text = read(path)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            linked = (path.parent / file) if file else path
            if not linked.exists():
                yield f"{path.relative_to(root)}: there is no {target}"
            elif anchor and anchor not in anchors_of(read(linked)):
                yield f"{path.relative_to(root)}: no heading for {target}"
        for name in re.findall(r"`(\w+Test\.\w+)`", text):
            if name not in known_tests:
                yield f"{path.relative_to(root)}: there is no test {name}"
        for name in re.findall(r"`([\w./-]+)`", text):
            if name.startswith(FOLDERS) and not (root / name).exists():
                yield f"{path.relative_to(root)}: there is no {name}"


def section(markdown, title):
    match = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", markdown, re.M | re.S)
    return match.group(1) if match else None


def family(root, name):
    """The header and the sources of what the file holds: event_loop.h, .cc, _impl.h."""
    stem = re.sub(r"_impl$", "", Path(name).stem)
    return [path for path in code(root, *SOURCES)
            if path.stem in (stem, stem + "_impl")], stem


def types_of(paths):
    return {name for path in paths if path.suffix == ".h"
            for name in re.findall(r"^(?:class|struct) (?:TICKERHUB_EXPORT )?(\w+)", read(path), re.M)}


def are_neighbours(root, ones, others):
    """A file of the one item includes a file of the other, or names a type that it declares."""
    for users, used in ((ones, others), (others, ones)):
        sources = [path for name in users for path in family(root, name)[0]]
        for name in used:
            headers, stem = family(root, name)
            words = "|".join(types_of(headers)) or "(?!)"
            if any(re.search(rf'#include .*\b{stem}\.h|\b(?:{words})\b', read(path)) for path in sources):
                return True
    return False


def flows(root):
    architecture = read(root / "docs/architecture.md")
    for title in FLOWS:
        text = section(architecture, title)
        items = re.findall(r"^\d+\. (.*(?:\n {2,}.*)*)", text or "", re.M)
        if not items:
            yield f"no numbered list under \"{title}\""
        if len(items) > LONGEST_FLOW:
            yield f"{title}: {len(items)} items, more than {LONGEST_FLOW}"
        files = []
        for item in items:
            paths = re.findall(r"`([\w./-]+\.(?:h|cc))`", item)
            if not paths:
                yield f"{title}: no file in \"{item}\""
            for name in paths:
                if not (root / name).exists():
                    yield f"{title}: there is no {name}"
            files.append(paths)
        for ones, others in zip(files, files[1:]):
            if not are_neighbours(root, ones, others):
                yield f"{title}: neither of {ones} and {others} uses the other"


def names(root):
    everything = "\n".join(read(path) for path in code(root, *SOURCES))
    known = set(re.findall(r"\w+", everything))
    file_names = {path.name for path in root.rglob("*.*") if "node_modules" not in path.parts}
    rows = re.findall(r"^\|.*\|$", read(root / "docs/architecture.md"), re.M)
    for name in re.findall(r"`([^`]+)`", "\n".join(rows)):
        if "/" in name:
            if not (root / name.split("#")[0]).exists():
                yield f"docs/architecture.md: there is no {name}"
        elif re.fullmatch(r"\w+\.\w+", name):
            if name not in file_names:
                yield f"docs/architecture.md: there is no file {name}"
        elif name.startswith("--"):
            if f'"{name.split()[0]}"' not in everything and f'"!{name}"' not in everything:
                yield f"docs/architecture.md: no program has {name}"
        elif re.fullmatch(r"[\w:.]+(\(\))?", name):
            for word in re.findall(r"\w+", name):
                if word not in known:
                    yield f"docs/architecture.md: no source has {word} ({name})"


def included_folders(root, folder):
    """The other folders of lib/ whose headers the sources of a folder include."""
    found = set()
    component = folder.relative_to(root / "lib").parts[0]
    for path in [*folder.glob("*.h"), *folder.glob("*.cc")]:
        for name in re.findall(r'^#include "([^"]+)"', read(path), re.M):
            # As the compiler looks for it: from the component, then from lib/.
            for base in (root / "lib" / component, root / "lib"):
                if (base / name).exists():
                    found.add((base / name).parent)
                    break
    return found - {folder}


def rooms(root):
    where = "docs/architecture.md"
    lib = root / "lib"
    for_all = {lib / name for name in ("text", "limits", "threads")}
    above = []
    for name, includes in re.findall(r"^\| `(lib/[\w/]*)/` \|.*\| ([\w, ]*)\|$", read(root / where), re.M):
        folder = root / name
        if folder in above:
            yield f"{where}: {name} stands there twice"
        component = folder.relative_to(lib).parts[0]
        said = {lib / component / one for one in re.findall(r"\w+", includes)}
        does = included_folders(root, folder) - for_all
        for other in sorted(said ^ does):
            yield f"{where}: {name} {'does not include' if other in said else 'includes'} {other.relative_to(root)}"
        for other in sorted(does - set(above)):
            yield f"{where}: {name} includes {other.relative_to(root)}, which does not stand above it"
        above.append(folder)
    for folder in sorted({path.parent for path in code(root, "lib")} - set(above)):
        yield f"{where}: {folder.relative_to(root)} has no row"


def quotes_of(text):
    return re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.M | re.S)


def quotable(path):
    """The text of a file; the examples of a header stand in its comments."""
    text = read(path)
    return text if path.suffix != ".h" else f"{text}\n" + re.sub(r"^// {0,5}", "", text, flags=re.M)


def quotes(root):
    shown = {}
    for path in documents(root):
        name = str(path.relative_to(root))
        shown[name] = quotes_of(read(path))
        for file, text in shown[name]:
            if not (root / file).exists():
                yield f"{name}: there is no {file}"
            elif f"\n{text}" not in f"\n{quotable(root / file)}":
                yield f"{name}: this is not in {file}:\n{text}"
    for name, programs in SHOWN_WHOLE.items():
        for file, most_lines in programs.items():
            text = read(root / file)
            if (file, text) not in shown[name]:
                yield f"{name} does not show the whole of {file}"
            if text.count("\n") > most_lines:
                yield f"{file} has more than {most_lines} lines"
    for path in code(root, GUIDE_EXAMPLES):
        file = str(path.relative_to(root))
        if file not in [quoted for quoted, _ in shown[GUIDE]]:
            yield f"{GUIDE} does not quote {file}"
        if read(path).count("\n") > LONGEST_EXAMPLE:
            yield f"{file} has more than {LONGEST_EXAMPLE} lines"


def main():
    check, root = sys.argv[1], Path(sys.argv[2]).resolve()
    checks = {"riddles": riddles, "links": links, "flows": flows, "names": names, "rooms": rooms, "quotes": quotes}
    found = list(checks[check](root))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
