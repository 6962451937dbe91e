#!/usr/bin/env python3
"""Checks the table of all limits in docs/security.md against the code.

    limits.py ROOT

Each limit that the Options of a public header have must stand in a row, with
the default that the header gives, and be used by a test. A row has an option of
the programs that exists, or says why there is none; and a counter that exists,
or says what there is instead. Each option of the programs that is a limit must
stand in a row, and be tried by tests/examples/programs/usage_errors.test.js.
"""

import re
import sys
from pathlib import Path

DOCUMENT = "docs/security.md"
HEADING = "### All limits"
COLUMNS = 6

# A limit is told by its name, or is a budget.
LIMIT = re.compile(r"max_|.*_(?:timeout|burst|interval|lifetime|buffer_bytes|unsent_bytes)$|reconnects_per_second$")
NUMBER = r"std::size_t|std::uint64_t|double|std::optional<(?:std::size_t|double)>|std::chrono::\w+"
FIELD = re.compile(rf"^\s+({NUMBER}|ClientBudget) (\w+)(?: = ([^;]+)|\{{(.*?)\}})?;", re.M | re.S)
OPTION = re.compile(r'"!?(--(?:max-[a-z-]+|keep-[a-z-]+|[a-z-]+-(?:budget|timeout|burst|bytes|interval|lifetime)))"')

# Both logs have the same limits, and so have a server and one of its channels.
SAID_AS = {"InMemoryNotificationLog": "log", "SqliteNotificationLog": "log", "ServerOptions": "Server",
           "ChannelOptions": "Server", "HistoryOptions": "HistoryOptions", "RefreshOptions": "RefreshOptions"}


def read(path):
    return path.read_text(encoding="utf-8")


def code(root, *folders):
    return sorted(path for folder in folders for end in ("*.h", "*.cc", "*.js") for path in (root / folder).rglob(end)
                  if "node_modules" not in path.parts)


def limits_of(header):
    """(owner, field, type, default) of each limit in the Options of a header."""
    owner = None
    for block in re.split(r"^(?=(?:  )?(?:class|struct) )", read(header), flags=re.M):
        name = re.match(r"\s*(class|struct) (?:TICKERHUB_EXPORT )?(\w+)", block)
        if not name:
            continue
        if not block.startswith(" "):
            owner = name.group(2)
        if not name.group(2).endswith("Options"):
            continue
        body = re.split(r"^(?:  )?\};", re.sub(r"//.*", "", block), flags=re.M)[0]
        for kind, field, assigned, braced in FIELD.findall(body):
            if LIMIT.match(field) or kind == "ClientBudget":
                yield owner, field, kind, assigned or braced


def value_of(kind, text):
    """The default as a number (a time in milliseconds), or None."""
    text = re.sub(r"std::size_t\{(\d+)\}", r"\1", text.replace("'", "")).strip()
    text = re.sub(r"std::chrono::hours\((\d+)\)", r"\1 * 3600000", text)
    if kind == "std::chrono::hours":
        text = f"({text}) * 3600000"
    return eval(text) if re.fullmatch(r"[\d.\s*<()]+", text) else None  # nothing but arithmetic


def spellings(kind, value):
    """How the table may write it."""
    if "chrono" in kind:
        units = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "days": 86_400_000}
        found = [f"{value / size:,g} {unit}" for unit, size in units.items()]
    else:
        found = [f"{value:,}" if value == int(value) else f"{value:g}", f"{value:,.0f}"]
        found += [f"{value / size:g} {unit}" for unit, size in
                  (("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)) if value >= size]
    return found + (["for ever", "as much as", "no limit"] if value == 0 else [])


def rows_of(root):
    table = read(root / DOCUMENT).split(HEADING, 1)[1].split("\n## ", 1)[0]
    for line in re.findall(r"^\|(.*)\|$", table, re.M):
        cells = [cell.strip() for cell in line.split("|")]
        if not re.fullmatch(r"-+", cells[0]) and cells[0] != "limit":
            yield cells


def code_in(cell):
    return re.findall(r"`([^`]+)`", cell)


def check_rows(root, rows):
    options = set(re.findall(r'"!?(--[a-z-]+)"', "\n".join(map(read, code(root, "examples")))))
    words = set(re.findall(r"\w+", "\n".join(map(read, code(root, "include", "lib", "examples")))))
    for cells in rows:
        row = f"{DOCUMENT}, \"{cells[0]}\""
        if len(cells) != COLUMNS:
            yield f"{row}: {len(cells)} cells, not {COLUMNS}"
            continue
        _, option, library, default, counter, beyond = cells
        given = [name for name in code_in(option) if name.startswith("--")]
        for name in given:
            if name not in options:
                yield f"{row}: no program has {name}"
        if not given and len(option.split()) < 3:
            yield f"{row}: has no option, and does not say why"
        for name in code_in(library) + code_in(counter):
            for word in re.findall(r"[A-Za-z_]\w+", name):
                if word not in words:
                    yield f"{row}: no source has {word}"
        for what, cell in (("default", default), ("counter", counter), ("what is beyond it", beyond)):
            if not cell:
                yield f"{row}: does not say its {what}"


def check_headers(root, rows):
    tests = "\n".join(map(read, code(root, "tests")))
    limits = [limit for header in sorted((root / "include").rglob("*.h")) for limit in limits_of(header)]
    owners = {}
    for owner, field, _, _ in limits:
        owners.setdefault(field, set()).add(SAID_AS.get(owner, owner))
    for owner, field, kind, default in limits:
        said_as = SAID_AS.get(owner, owner)
        found = [cells for cells in rows if field in re.findall(r"\w+", " ".join(code_in(cells[2])))
                 and (len(owners[field]) == 1 or said_as in cells[2])]
        if not found:
            yield f"{owner}::{field} stands in no row of {DOCUMENT}"
        value = value_of(kind, default) if default else None
        if found and value is not None and not any(
                text in cells[3] for cells in found for text in spellings(kind, value)):
            yield f"{owner}::{field} is {default} by default; {DOCUMENT} says \"{found[0][3]}\""
        if not re.search(rf"\b{field}\b", tests):
            yield f"{owner}::{field} is in no test"


def check_options(root, rows):
    shown = {name for cells in rows for name in code_in(cells[1])}
    tried = read(root / "tests/examples/programs/usage_errors.test.js")
    programs = "\n".join(map(read, code(root, "examples/common", "examples/stock_tracker", "examples/notifier")))
    for name in sorted(set(OPTION.findall(programs))):
        if name not in shown:
            yield f"{name} stands in no row of {DOCUMENT}"
        if name[2:] not in tried:
            yield f"{name} is not tried by usage_errors.test.js"


def main():
    root = Path(sys.argv[1]).resolve()
    rows = list(rows_of(root))
    found = [*check_rows(root, rows), *check_headers(root, rows), *check_options(root, rows)]
    print("\n".join(found))
    return 1 if found or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
