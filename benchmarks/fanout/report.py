"""report.py ROUNDS [DOCS]: medians and ratios of what fanout_bench measured.

ROUNDS is what fanout_bench wrote with --benchmark_out. Prints a table of it.
With DOCS, replaces what stands between the markers of DOCS/performance.md by
tables, writes the plots that they refer to, DOCS/images/fanout-*.svg, and, if
there were 1,000 clients, the short table of the README beside DOCS. Needs
nothing but Python 3.
"""

import json
import pathlib
import platform
import re
import statistics
import sys

BEGIN = "<!-- fanout:begin, written by benchmarks/run-fanout -->"
END = "<!-- fanout:end -->"

TITLES = {
    "floor": "floor: bare `send()`",
    "tickerhub": "**tickerhub**",
    "tickerhub-deflate": "**tickerhub**, compressed",
    "tickerhub-2loops": "**tickerhub**, two loops",
    "uwebsockets": "uWebSockets",
    "websocketpp": "websocketpp",
    "beast": "Boost.Beast",
    "ws": "Node `ws`",
    "express-ws": "Node `express-ws`",
}
# Each readable on a light and on a dark page.
COLOURS = {
    "floor": "#888888",
    "tickerhub": "#1a7f37",
    "tickerhub-deflate": "#2da44e",
    "tickerhub-2loops": "#57ab5a",
    "uwebsockets": "#9a6700",
    "websocketpp": "#bc4c00",
    "beast": "#8250df",
    "ws": "#0969da",
    "express-ws": "#bf3989",
}


# What does not become the median of the rounds. The kernel samples user time too
# coarsely for one round; the percentiles are of all rounds so far.
COMBINE = {
    "user_us": statistics.fmean,
    "user_served_us": statistics.fmean,
    "last_p50_us": lambda values: values[-1],
    "last_p99_us": lambda values: values[-1],
    "rss_after_bytes": max,
    "dropped": sum,
    "out_of_order": sum,
}


def rounds_of(benchmarks):
    """The turns of fanout_bench by (scenario, clients, bytes, peer) and round."""
    found = {}
    for turn in benchmarks:
        if turn.get("error_occurred"):
            continue
        scenario, peer, *settings = turn["name"].split("/")
        setting = dict(part.split(":") for part in settings if ":" in part)
        key = (scenario, int(setting["clients"]), int(setting["bytes"]), peer)
        found.setdefault(key, {})[int(setting["round"])] = turn
    return found


def ratio(rounds, others):
    """The median of the ratios of CPU time within the same round; 0 if there is none."""
    ratios = [turn["cpu_us"] / others[place]["cpu_us"] for place, turn in rounds.items()
              if place in others and others[place]["cpu_us"] > 0]
    return statistics.median(ratios) if ratios else 0


def summarise(benchmarks):
    """A row for each peer in each cell."""
    groups = rounds_of(benchmarks)
    rows = []
    for (scenario, clients, size, peer), rounds in groups.items():
        turns = list(rounds.values())
        row = {"scenario": scenario, "clients": clients, "bytes": size, "peer": peer,
               "rounds": len(turns)}
        for name in turns[0]:
            if name.endswith(("_us", "_bytes", "_second", "_frame")) or name in COMBINE:
                combine = COMBINE.get(name, statistics.median)
                row[name] = combine([turn[name] for turn in turns])
        row["ratio"] = ratio(rounds, groups.get((scenario, clients, size, "floor"), {}))
        row["ratio_plain"] = 0
        if peer == "tickerhub-deflate":
            row["ratio_plain"] = ratio(
                rounds, groups.get((scenario, clients, size, "tickerhub"), {}))
        rows.append(row)
    return rows


def print_table(rows):
    columns = [("cpu us", "cpu_us", 3), ("user", "user_us", 3), ("/floor", "ratio", 2),
               ("/plain", "ratio_plain", 2), ("frames/s", "frames_per_second", 0),
               ("last p50", "last_p50_us", 0), ("last p99", "last_p99_us", 0),
               ("rss B", "rss_bytes", 0), ("rss then", "rss_after_bytes", 0),
               ("shake us", "handshake_us", 1), ("accepts/s", "accepts_per_second", 0),
               ("dropped", "dropped", 0), ("disorder", "out_of_order", 0)]
    print(f"{'case':8}{'peer':18}{'clients':>8}{'bytes':>6}"
          + "".join(f"{title:>10}" for title, _, _ in columns))
    for row in rows:
        print(f"{row['scenario']:8}{row['peer']:18}{row['clients']:8}{row['bytes']:6}"
              + "".join(f"{row[name]:10.{digits}f}" for _, name, digits in columns))


def plain(peer):
    return TITLES.get(peer, peer).replace("*", "").replace("`", "")


def number(value, digits):
    return f"{value:,.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def cells(rows, scenario):
    """The rows of a scenario by (clients, bytes), in the order of the run."""
    found = {}
    for row in rows:
        if row["scenario"] == scenario:
            found.setdefault((int(row["clients"]), int(row["bytes"])), []).append(row)
    return found


def by_peer(rows):
    order = list(TITLES)
    return sorted(rows, key=lambda row: order.index(row["peer"]) if row["peer"] in order else 99)


def by_clients(groups, text_of):
    """A table with a row for each server and a column for each number of clients. In
    a cell stands what text_of(row) says for each size, smallest first."""
    counts = sorted({clients for clients, _ in groups})
    sizes = sorted({size for _, size in groups})
    found = {(row["peer"], clients, size): row
             for (clients, size), group in groups.items() for row in group}
    peers = [peer for peer in TITLES if any(key[0] == peer for key in found)]

    def cell(peer, clients):
        known = [found.get((peer, clients, size)) for size in sizes]
        if not any(known):
            return ""
        return " / ".join(text_of(row) if row else "–" for row in known)

    head = ["server"] + [f"{clients:,} client{'s' * (clients != 1)}" for clients in counts]
    return table(head, [[TITLES[peer]] + [cell(peer, clients) for clients in counts]
                        for peer in peers])


def broadcast_tables(groups):
    sizes = " / ".join(f"{size:,}" for size in sorted({size for _, size in groups}))
    lost = sum(row["dropped"] + row["out_of_order"] for group in groups.values() for row in group)

    def cpu(row):
        floor = row["peer"] == "floor"
        return f"{row['cpu_us']:.1f} µs" if floor else f"{row['ratio']:.2f}"

    return [
        f"Messages of {sizes} bytes in each cell. Frames that were dropped or came in disorder: "
        f"{lost:,.0f}.",
        "#### Server CPU for each frame ÷ the floor's\n\n" + by_clients(groups, cpu),
        "#### Frames a second, in thousands\n\n"
        + by_clients(groups, lambda row: number(row["frames_per_second"] / 1e3, 1)),
        "#### From the order to publish until the last client has it, ms, half of the broadcasts\n\n"
        + by_clients(groups, lambda row: number(row["last_p50_us"] / 1e3, 2)),
        "#### The same, 99 of 100 broadcasts\n\n"
        + by_clients(groups, lambda row: number(row["last_p99_us"] / 1e3, 2)),
    ]


def connecting(rows):
    """What each peer's connections cost: medians over crowds."""
    return next(iter(cells(rows, "connect").values()), [])


def connection_table(rows):
    head = ["server", "resident bytes an idle connection", "CPU µs a handshake",
            "handshakes a second"]
    return table(head, [[
        TITLES.get(row["peer"], row["peer"]), number(row["rss_bytes"], 0),
        number(row["handshake_us"], 1), number(row["accepts_per_second"], 0),
    ] for row in by_peer(rows)])


def scenario_lines(rows):
    lines = []
    for (clients, size), group in cells(rows, "eight").items():
        peers = {row["peer"]: row for row in group}
        if "tickerhub" in peers and "floor" in peers:
            lines.append(
                f"- Eight changes of {size} bytes in one tick, {clients:,} clients: "
                f"{number(peers['tickerhub']['cpu_us'], 2)} µs a frame against "
                f"{number(peers['floor']['cpu_us'], 2)} for eight bare sends, "
                f"{number(peers['tickerhub']['ratio'], 2)} of it"
                + (f"; uWebSockets {number(peers['uwebsockets']['ratio'], 2)}."
                   if "uwebsockets" in peers else "."))
    for (clients, size), group in cells(rows, "subset").items():
        for row in group:
            lines.append(
                f"- A hundred of a thousand symbols change, {clients:,} clients follow ten each: "
                f"{number(row['cpu_served_us'], 2)} µs for each client that has something, "
                f"{number(row['user_served_us'], 2)} of it user time.")
    return "\n".join(lines)


def compression_part(rows):
    """What the compressed peers cost beside plain tickerhub, in the same rounds."""
    idle = {row["peer"]: row for row in connecting(rows)}
    parts = []
    for (clients, size), group in cells(rows, "all").items():
        plain = next((row for row in group if row["peer"] == "tickerhub"), None)
        compressed = [row for row in group if row["ratio_plain"] > 0]
        if not plain or not compressed:
            continue
        head = ["server", "CPU µs a delivery", "÷ plain", "bytes a delivery on the wire",
                "resident bytes a connection, idle", "after broadcasting"]

        def beside(value, base):
            text = number(value, 0)
            return text if base is None else f"{text} ({value - base:+,.0f})"

        def line(row, base, idle_base):
            idle_bytes = idle.get(row["peer"], row)["rss_bytes"]
            return [TITLES.get(row["peer"], row["peer"]), number(row["cpu_us"], 2),
                    number(row["ratio_plain"] or 1, 2), number(row["wire_bytes_per_frame"], 0),
                    beside(idle_bytes, idle_base),
                    beside(row["rss_after_bytes"], base and base["rss_after_bytes"])]

        plain_idle = idle.get("tickerhub", plain)["rss_bytes"]
        lines = [line(plain, None, None)] + [line(row, plain, plain_idle) for row in compressed]
        parts.append(f"#### Compression ({size:,} bytes of prices, {clients:,} clients)\n\n"
                     + table(head, lines))
    return "\n\n".join(parts)


def bar_plot(title, unit, bars):
    """bars: [(label, colour, value, text)], drawn from top to bottom."""
    label_width, bar_width, line = 190, 380, 26
    height = 44 + line * len(bars)
    most = max([value for _, _, value, _ in bars] + [1e-9])
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {height}" '
        f'role="img" aria-label="{title}" font-family="sans-serif" font-size="13">',
        "<style>text{fill:#24292f}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
        f'<text x="8" y="20" font-weight="bold">{title}</text>',
    ]
    for place, (label, colour, value, text) in enumerate(bars):
        y = 36 + place * line
        width = max(1, value / most * bar_width)
        out += [
            f'<text x="{label_width - 8}" y="{y + 14}" text-anchor="end">{label}</text>',
            f'<rect x="{label_width}" y="{y}" width="{width:.1f}" height="18" rx="2" fill="{colour}"/>',
            f'<text x="{label_width + width + 6:.1f}" y="{y + 14}">{text} {unit}</text>',
        ]
    return "\n".join(out + ["</svg>", ""])


def bars_of(rows, value, digits):
    return [(plain(row["peer"]), COLOURS.get(row["peer"], "#888888"), max(0.0, value(row)),
             number(value(row), digits)) for row in by_peer(rows)]


def write_plots(rows, folder):
    """Returns the file names with their titles."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("fanout-*.svg"):
        old.unlink()
    plots = []

    def add(name, title, unit, bars):
        (folder / f"{name}.svg").write_text(bar_plot(title, unit, bars), encoding="utf-8")
        plots.append((name, title))

    groups = cells(rows, "all")
    if not groups:
        return plots
    clients = max((c for c, _ in groups if c <= 1000), default=max(c for c, _ in groups))
    for (count, size), group in groups.items():
        if count == clients:
            add(f"fanout-cpu-{size}", f"Server CPU for each frame of {size} bytes, {count:,} clients",
                "µs", bars_of(group, lambda row: row["cpu_us"], 1))
    group = [row for row in connecting(rows) if row["peer"] != "floor"]
    if group:
        add("fanout-memory", f"Resident memory of an idle connection, {int(group[0]['clients']):,} of them",
            "KiB", bars_of(group, lambda row: row["rss_bytes"] / 1024, 1))
    return plots


def document(context, rows, plots):
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    parts = [
        f"Measured on {model.group(1).strip() if model else platform.machine()}, "
        f"{context['num_cpus']} cores, {platform.system()} {platform.release()}, {context['compiler']} "
        f"{context['flags']}, {context['build_type']}, commit {context['commit']}, medians of "
        f"{context['rounds']} interleaved rounds.",
    ]
    if context["build_type"] != "Release":
        parts.append("**Not a Release build: these figures mean nothing.**")
    parts.append("\n".join(f"![{title}](images/{name}.svg)" for name, title in plots))
    groups = cells(rows, "all")
    if groups:
        parts += broadcast_tables(groups)
    others = scenario_lines(rows)
    if others:
        parts.append("#### Several changes in a tick\n\n" + others)
    parts.append(compression_part(rows))
    group = connecting(rows)
    if group:
        parts.append(f"#### Connections ({int(group[0]['clients']):,} of them, medians of "
                     f"{int(group[0]['rounds'])} crowds)\n\n" + connection_table(group))
    return "\n\n".join(part for part in parts if part)


def summary(context, rows):
    """The README's table: 1,000 clients, one loop, without compression."""
    groups = {key: [row for row in group if "-" not in row["peer"].removeprefix("express-")]
              for key, group in cells(rows, "all").items() if key[0] == 1000}
    idle = {row["peer"]: row["rss_bytes"] for row in connecting(rows)}
    sizes = sorted(size for _, size in groups)
    peers = by_peer([row for group in groups.values() for row in group])

    def ratios(peer):
        found = {size: row["ratio"] for (_, size), group in groups.items()
                 for row in group if row["peer"] == peer}
        return " / ".join(number(found[size], 2) if size in found else "–" for size in sizes)

    bytes_of = " / ".join(f"{size:,}" for size in sizes)
    head = ["server", f"CPU of a broadcast ÷ bare `send()`, {bytes_of} bytes to 1,000 clients",
            "bytes of an idle connection"]
    return (table(head, [[TITLES[peer], ratios(peer), number(idle[peer], 0)]
                         for peer in dict.fromkeys(row["peer"] for row in peers)
                         if peer != "floor" and peer in idle])
            + f"\n\nCommit {context['commit']}.") if groups else ""


def write_between_markers(page, body):
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{page} lacks the markers {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")
    print(f"wrote {page}", file=sys.stderr)


def main():
    measured = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    rows = summarise(measured["benchmarks"])
    print_table(rows)
    if len(sys.argv) < 3:
        return
    docs = pathlib.Path(sys.argv[2])
    plots = write_plots(rows, docs / "images")
    write_between_markers(docs / "performance.md", document(measured["context"], rows, plots))
    short = summary(measured["context"], rows)
    if short:
        write_between_markers(docs.parent / "README.md", short)


if __name__ == "__main__":
    main()
