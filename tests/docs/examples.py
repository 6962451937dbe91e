#!/usr/bin/env python3
"""Takes the C++ examples out of the public headers and the documents.

    examples.py check ROOT               names each public header without one
    examples.py generate ROOT FOLDER     writes sources for the compiler

In a header an example is a block of comment lines that have five spaces or more
after the slashes. It begins after an empty comment line:

    // What the header is about.
    //
    //     tickerhub::StockBook book;
    //     book.Add("AAPL", price, now);

In a document it is a block between ```cpp and ```. An example may use what
example_prelude.h declares. A block that begins with ```cpp FOLDER/FILE is a
piece of a program and is compiled there (documents.py quotes).
"""

import re
import sys
from pathlib import Path

# These have no class or function of their own.
WITHOUT_EXAMPLE = {"tickerhub/export.h", "tickerhub/tickerhub.h", "tickerhub/version.h"}
# These need websocketpp and Asio, so they are compiled apart from the others.
ENDPOINT = ["tickerhub/websocketpp/asio_scheduler.h", "tickerhub/websocketpp/endpoint_broadcaster.h"]
ENDPOINT_INCLUDES = ["websocketpp/config/asio_no_tls.hpp", "websocketpp/server.hpp", *ENDPOINT]

CODE = re.compile(r"^ *///? {5}(.*)$")
EMPTY = re.compile(r"^ *///?$")
COMMENT = re.compile(r"^ *//")
AT_NAMESPACE_SCOPE = re.compile(r"^(#include|int main|namespace|template)", re.M)


class Example:
    def __init__(self, file, line, text):
        self.file, self.line, self.text = file, line, text


def examples_of_header(name, lines):
    """Blocks of indented comment lines behind a line without text."""
    found = []
    i = 0
    while i < len(lines):
        begins = i == 0 or EMPTY.match(lines[i - 1]) or not COMMENT.match(lines[i - 1])
        if not (begins and CODE.match(lines[i])):
            i += 1
            continue
        start = i
        code = []
        while i < len(lines):
            if match := CODE.match(lines[i]):
                code.append(match.group(1))
            elif EMPTY.match(lines[i]) and i + 1 < len(lines) and CODE.match(lines[i + 1]):
                code.append("")
            else:
                break
            i += 1
        found.append(Example(name, start + 1, "\n".join(code)))
    return found


def examples_of_document(name, text):
    found = []
    for match in re.finditer(r"^```cpp\n(.*?)^```$", text, re.M | re.S):
        line = text.count("\n", 0, match.start(1)) + 1
        found.append(Example(name, line, match.group(1)))
    return found


def public_headers(root):
    """All but those in folders named internal, which users do not include."""
    include = root / "include"
    return sorted(str(path.relative_to(include)) for path in include.rglob("*.h")
                  if path.parent.name != "internal")


def documents(root):
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]


def all_examples(root):
    """Returns the examples of each header and document by its name."""
    found = {}
    for header in public_headers(root):
        path = root / "include" / header
        found[header] = examples_of_header(f"include/tickerhub/{header[10:]}", path.read_text().splitlines())
    for path in documents(root):
        name = str(path.relative_to(root))
        found[name] = examples_of_document(name, path.read_text())
    return found


def source_of(headers, examples):
    """One source. Each example has a namespace, so that names can repeat."""
    includes = {f"#include <{header}>" for header in headers}
    bodies = []
    for number, example in enumerate(examples, 1):
        text = example.text
        if AT_NAMESPACE_SCOPE.search(text):
            includes.update(re.findall(r"^#include .*$", text, re.M))
            text = re.sub(r"^#include .*$", "", text, flags=re.M)
            code = f'#line {example.line} "{example.file}"\n{text}\n'
        else:
            code = f'int Example() {{\n#line {example.line} "{example.file}"\n{text}\nreturn 0;\n}}\n'
        bodies.append(f"namespace example_{number} {{\n{code}}}\n")
    return "\n".join([*sorted(includes), '#include "docs/example_prelude.h"', "", *bodies])


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def generate(root, folder):
    found = all_examples(root)
    headers = public_headers(root)
    for_endpoint = [example for header in ENDPOINT for example in found.pop(header)]
    write_if_changed(folder / "endpoint_example.cc", source_of(ENDPOINT_INCLUDES, for_endpoint))
    headers = [header for header in headers if header not in ENDPOINT]
    examples = [example for group in found.values() for example in group]
    write_if_changed(folder / "examples.cc", source_of(headers, examples))


def check(root):
    found = all_examples(root)
    missing = [header for header in public_headers(root)
               if header not in WITHOUT_EXAMPLE and not found[header]]
    for header in missing:
        print(f"include/{header}: no example (see tests/docs/examples.py for its form)")
    count = sum(map(len, found.values()))
    print(f"{count} examples, {len(missing)} headers without one")
    return 1 if missing else 0


def main():
    if sys.argv[1:2] == ["check"]:
        return check(Path(sys.argv[2]))
    generate(Path(sys.argv[2]), Path(sys.argv[3]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
