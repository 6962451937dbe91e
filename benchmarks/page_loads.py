"""The scenario `pages` of run-soak: what prices notice of visitors who load the page.

A tracker has 10,000 stocks. One of them gets a new price 50 times a second, and a
reader follows it. The delay is the time from the line on the tracker's standard
input to the moment when the reader has the message. Four loops of `curl /` run
beside it for half of the time.
"""

import re
import socket
import statistics
import subprocess
import threading
import time

from websocket_wire import handshake

STOCKS = 10_000
PRICES_A_SECOND = 50
LOOPS = 4


class Reader(threading.Thread):
    """Notes when each price of the stock TICK came."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.arrived = {}
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(handshake("/stocks?stocks=TICK"))
        self.start()

    def run(self):
        buffered = b""
        while True:
            try:
                data = self.socket.recv(65_536)
            except OSError:
                return
            if not data:
                return
            now = time.monotonic()
            buffered = buffered[-64:] + data
            for price in re.findall(rb'"TICK":(\d+)\}', buffered):
                self.arrived.setdefault(int(price), now)


def phase(tracker, reader, first, seconds):
    """Sends prices and returns how long each took, in milliseconds."""
    sent = {}
    start = time.monotonic()
    for i in range(int(seconds * PRICES_A_SECOND)):
        time.sleep(max(0.0, start + i / PRICES_A_SECOND - time.monotonic()))
        sent[first + i] = time.monotonic()
        tracker.stdin.write(f"TICK {first + i}\n")
        tracker.stdin.flush()
    time.sleep(1)
    lost = [price for price in sent if price not in reader.arrived]
    delays = sorted((reader.arrived[price] - moment) * 1000
                    for price, moment in sent.items() if price in reader.arrived)
    return {"p50": statistics.median(delays), "p99": delays[int(len(delays) * 0.99)],
            "max": delays[-1], "merged": len(lost)}


class Loads:
    """Loops of curl, as fast as they can."""

    def __init__(self, port):
        script = (f"n=0; trap 'echo $n; exit' TERM; while :; do "
                  f"curl -s --compressed -o /dev/null http://127.0.0.1:{port}/ || exit 1; "
                  f"n=$((n+1)); done")
        self.loops = [subprocess.Popen(["nice", "-n", "5", "bash", "-c", script],
                                       stdout=subprocess.PIPE, text=True) for _ in range(LOOPS)]

    def stop(self):
        for loop in self.loops:
            loop.terminate()
        return sum(int(loop.communicate()[0] or 0) for loop in self.loops)


def measure(program, seconds):
    tracker = subprocess.Popen([program, "--log-level", "error", "--source", "stdin",
                                "--port", "0", "--max-stocks", str(STOCKS)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)/", tracker.stdout.readline()).group(1))
        tracker.stdin.write("".join(f"STOCK{i} {100 + i}.25\n" for i in range(STOCKS - 1)))
        tracker.stdin.write("TICK 1\n")
        tracker.stdin.flush()
        time.sleep(2)
        page = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/"], check=True,
                              capture_output=True).stdout
        reader = Reader(port)
        time.sleep(1)
        quiet = phase(tracker, reader, 1_000, seconds / 2)
        loads = Loads(port)
        try:
            busy = phase(tracker, reader, 1_000_000, seconds / 2)
        finally:
            loaded = loads.stop()
    finally:
        tracker.kill()
        tracker.wait()
    return {"stocks": STOCKS, "quiet": quiet, "busy": busy, "page_bytes": len(page),
            "pages_a_second": loaded / (seconds / 2 + 1)}
