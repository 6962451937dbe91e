"""The scenarios `flood` and `slow-loris` of run-soak: clients that mean harm.

    abuse.py flood PORT CLIENTS SECONDS
    abuse.py polite PORT CLIENTS SECONDS
    abuse.py slow-loris PORT CLIENTS SECONDS

`flood`: each client sends valid messages as fast as the server takes them, and
connects again when it is closed. `polite`: each client sends one of these
messages and then reads; the same crowd without the flood. `slow-loris`: each client sends a handshake
line by line, a line a second, and never ends it; it connects again when it is
cut off. Prints what came of it as JSON.
"""

import json
import os
import selectors
import socket
import sys
import time

from websocket_wire import TEXT, client_frame, handshake

REQUEST = handshake("/stocks?stocks=")
FRAME = client_frame(TEXT, b'{"type":"subscribe","stocks":["AAPL"]}')
BLOCK = FRAME * (16_384 // len(FRAME))
BACK_AFTER = 1.0  # seconds: until a client that was closed comes back


class Client:
    def __init__(self, first):
        self.socket = None
        self.to_send = b""
        self.first = first
        self.back_at = 0.0
        self.upgraded = False


class Crowd:
    """Connects the clients and keeps them connected; a subclass says what they send."""

    def __init__(self, port, count):
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.figures = {"connects": 0, "ends": 0, "bytes": 0}
        self.clients = [Client(self.first()) for _ in range(count)]
        self.away = list(self.clients)

    def first(self):
        raise NotImplementedError

    def more(self, client):
        raise NotImplementedError

    def connect(self, client):
        client.socket = socket.socket()
        client.socket.setblocking(False)
        client.socket.connect_ex(("127.0.0.1", self.port))
        client.to_send = client.first
        client.upgraded = False
        self.figures["connects"] += 1
        self.selector.register(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)

    def lose(self, client):
        self.figures["ends"] += 1
        self.selector.unregister(client.socket)
        client.socket.close()
        client.socket = None
        client.back_at = time.monotonic() + BACK_AFTER
        self.away.append(client)

    def serve(self, client, events):
        try:
            if events & selectors.EVENT_READ:
                if not client.socket.recv(65_536):
                    raise ConnectionError
                client.upgraded = True
            if events & selectors.EVENT_WRITE:
                if not client.to_send:
                    client.to_send = self.more(client)
                if client.to_send:
                    sent = client.socket.send(client.to_send)
                    self.figures["bytes"] += sent
                    client.to_send = client.to_send[sent:]
            self.selector.modify(client.socket, self.wanted(client), client)
        except BlockingIOError:
            pass
        except OSError:
            self.lose(client)

    def wanted(self, client):
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if client.to_send else 0)

    def tick(self):
        pass

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            now = time.monotonic()
            ready = [c for c in self.away if c.back_at <= now][:500]
            for client in ready:
                self.away.remove(client)
                self.connect(client)
            self.tick()
            for key, events in self.selector.select(0.05):
                self.serve(key.data, events)
        self.figures["open"] = len(self.clients) - len(self.away)
        return self.figures


class Flood(Crowd):
    def first(self):
        return REQUEST

    def more(self, client):
        return BLOCK if client.upgraded else b""

    def wanted(self, client):
        wants = bool(client.to_send) or client.upgraded
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if wants else 0)


class Polite(Crowd):
    def first(self):
        return REQUEST + FRAME

    def more(self, client):
        return b""


class SlowLoris(Crowd):
    def __init__(self, port, count):
        super().__init__(port, count)
        self.next_line = 0.0

    def first(self):
        return b"GET /stocks HTTP/1.1\r\nHost: localhost\r\n"

    def more(self, client):
        return b""

    def tick(self):
        now = time.monotonic()
        if now < self.next_line:
            return
        self.next_line = now + 1
        for client in self.clients:
            if client.socket is None:
                continue
            try:
                client.socket.send(b"X-Slow: 1\r\n")
            except OSError:
                pass  # it is noticed by reading


def main():
    name, port, count, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    os.nice(5)
    crowd = {"flood": Flood, "polite": Polite, "slow-loris": SlowLoris}[name](port, count)
    print(json.dumps(crowd.run(seconds)))


if __name__ == "__main__":
    main()
