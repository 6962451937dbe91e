"""The scenario `churn` of run-soak: clients that come and go, 5,000 a second.

A quarter of them leaves without a word, a quarter in the middle of its request,
a quarter with a reset once it is a session, and a quarter with a close frame
that the server answers. The memory and the descriptors of the server must be
the same in the end as in the beginning.
"""

import multiprocessing
import os
import selectors
import socket
import struct
import time

from websocket_wire import CLOSE, client_frame, handshake

PROCESSES = 2
TURN = 0.01  # seconds
REQUEST = handshake("/stocks?stocks=")
FAREWELL = client_frame(CLOSE, struct.pack(">H", 1000))
# The end of a client of this benchmark is a reset, so that no port of it stays
# in TIME_WAIT: there are 28,000 of an address.
RESET = struct.pack("ii", 1, 0)
PATIENCE = 5.0  # seconds: a client that is not served until then has failed


class Visitor:
    KINDS = ("silent", "half", "reset", "close")

    def __init__(self, number, port, selector):
        self.kind = self.KINDS[number % len(self.KINDS)]
        self.since = time.monotonic()
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.socket.bind((f"127.0.0.{1 + number % 20}", 0))
        self.socket.connect_ex(("127.0.0.1", port))
        self.selector = selector
        selector.register(self.socket, selectors.EVENT_WRITE, self)

    def leave(self):
        self.selector.unregister(self.socket)
        self.socket.close()
        return True

    def serve(self, events):
        """Returns whether it has left."""
        if events & selectors.EVENT_WRITE:
            if self.kind == "silent":
                return self.leave()
            if self.kind == "half":
                self.socket.send(REQUEST[:len(REQUEST) // 2])
                return self.leave()
            self.socket.send(REQUEST if self.kind == "reset" else REQUEST + FAREWELL)
            self.selector.modify(self.socket, selectors.EVENT_READ, self)
            return False
        ended = not self.socket.recv(65_536)
        return self.leave() if ended or self.kind == "reset" else False


def visit(port, rate, seconds, results):
    selector = selectors.DefaultSelector()
    visitors, figures = set(), {"connects": 0, "failed": 0}
    begin = time.monotonic()
    while True:
        now = time.monotonic()
        if now > begin + seconds and not visitors:
            break
        due = int(min(now - begin, seconds) * rate) - figures["connects"]
        for _ in range(min(due, int(rate))):
            visitors.add(Visitor(figures["connects"], port, selector))
            figures["connects"] += 1
        for key, events in selector.select(TURN):
            visitor = key.data
            try:
                gone = visitor.serve(events)
            except OSError:
                figures["failed"] += 1
                gone = visitor.leave()
            if gone:
                visitors.discard(visitor)
        for visitor in [v for v in visitors if v.since + PATIENCE < now]:
            figures["failed"] += 1
            visitor.leave()
            visitors.discard(visitor)
    figures["took"] = time.monotonic() - begin
    results.put(figures)


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def measure(tracker, rate, seconds, progress):
    """`tracker` has just been started. Returns the figures of the run."""
    before = descriptors(tracker.process)
    results = multiprocessing.Queue()
    crowds = [multiprocessing.Process(target=visit, args=(tracker.port, rate / PROCESSES,
                                                          seconds, results))
              for _ in range(PROCESSES)]
    for crowd in crowds:
        crowd.start()
    resident = []
    while any(crowd.is_alive() for crowd in crowds):
        time.sleep(1)
        resident.append(tracker.rss())
    figures = [results.get() for _ in crowds]
    for crowd in crowds:
        crowd.join()
    time.sleep(2)  # the server notices the last resets
    third = max(1, len(resident) // 3)
    connects = sum(figure["connects"] for figure in figures)
    result = {
        "connects": connects,
        "a_second": connects / max(figure["took"] for figure in figures),
        "failed": sum(figure["failed"] for figure in figures),
        "first": max(resident[:third]),
        "last": max(resident[-third:]),
        "left_open": descriptors(tracker.process) - before,
    }
    progress(f"churn: {result}")
    return result
