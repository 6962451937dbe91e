"""Many clients through the restart of a server that drains (run-soak drain).

The clients are sockets of one epoll loop. Each connects, checks that no update
is missing, obeys the time of the close (code 4004, docs/protocol.md), connects
again at that moment, and goes on checking. A connection that is refused is
tried again a little later and counted.
"""

import heapq
import random
import re
import select
import socket
import struct
import time

from websocket_wire import (CLOSE, PING, PONG, TEXT, client_frame, handshake, is_accepted,
                            take_frame)

UPGRADE = handshake("/stocks")
SEQ = re.compile(rb'"seq":(\d+)')
SINCE = re.compile(rb'"since":(\d+)')
AWAY = re.compile(rb"come back in (\d+) ms")
RESTARTING = 4004
RAMP = 3_000  # connections a second at first


class Client:
    __slots__ = ("socket", "buffer", "is_open", "last", "due", "source")

    def __init__(self, number):
        self.socket = None
        self.buffer = b""
        self.is_open = False  # it has its snapshot
        self.last = None
        self.due = 0.0
        self.source = f"127.0.0.{2 + number % 16}"


class Crowd:
    def __init__(self, port, count):
        self.port = port
        self.epoll = select.epoll()
        self.clients = [Client(i) for i in range(count)]
        self.by_descriptor = {}
        self.queue = []  # (due, number)
        now = time.monotonic()
        for i, client in enumerate(self.clients):
            client.due = now + i / RAMP
            heapq.heappush(self.queue, (client.due, i))
        self.open = 0
        self.gaps = self.lost = self.untold = self.updates = self.retries = 0
        self.closes, self.returns, self.late = [], [], []
        self.draining = False

    def run(self, until):
        """Serves the sockets until `until()` is true."""
        while not until():
            now = time.monotonic()
            for _ in range(100):
                if not self.queue or self.queue[0][0] > now:
                    break
                self.connect(heapq.heappop(self.queue)[1])
            for descriptor, events in self.epoll.poll(0.005, 512):
                number = self.by_descriptor.get(descriptor)
                if number is None:
                    continue
                if events & select.EPOLLIN or events & select.EPOLLHUP or events & select.EPOLLERR:
                    self.read(number)
                elif events & select.EPOLLOUT:
                    self.handshake(number)

    def connect(self, number):
        client = self.clients[number]
        client.buffer, client.is_open, client.last = b"", False, None
        client.socket = socket.socket()
        client.socket.setblocking(False)
        client.socket.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        client.socket.bind((client.source, 0))
        client.socket.connect_ex(("127.0.0.1", self.port))
        self.by_descriptor[client.socket.fileno()] = number
        self.epoll.register(client.socket, select.EPOLLOUT | select.EPOLLIN)

    def handshake(self, number):
        client = self.clients[number]
        try:
            client.socket.send(UPGRADE)
            self.epoll.modify(client.socket, select.EPOLLIN)
        except OSError:
            self.drop(number, refused=True)

    def drop(self, number, refused=False, wait=None):
        client = self.clients[number]
        del self.by_descriptor[client.socket.fileno()]
        client.socket.close()
        if client.is_open:
            self.open -= 1
            if wait is None:
                self.lost += 1
        now = time.monotonic()
        if refused:
            self.retries += 1
        if wait is not None:
            client.due = now + wait
        heapq.heappush(self.queue, (now + (random.random() * 0.5 if wait is None else wait), number))

    def read(self, number):
        client = self.clients[number]
        try:
            data = client.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(number, refused=not client.is_open)
            return
        client.buffer += data
        if client.buffer.startswith(b"HTTP/"):
            head, found, rest = client.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not is_accepted(head):
                self.drop(number, refused=True)
                return
            client.buffer = rest
        self.frames(number, client)

    def frames(self, number, client):
        while frame := take_frame(client.buffer):
            opcode, payload, size = frame
            client.buffer = client.buffer[size:]
            if opcode == PING:
                client.socket.send(client_frame(PONG, payload))
            elif opcode == CLOSE:
                self.closed(number, client, payload)
                return
            elif opcode == TEXT:
                self.message(client, payload)

    def closed(self, number, client, payload):
        code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
        away = AWAY.search(payload)
        client.socket.send(client_frame(CLOSE, payload[:2]))
        self.closes.append(time.monotonic())
        if code != RESTARTING or not away:
            self.untold += 1
        self.drop(number, wait=int(away.group(1)) / 1000 if away else 1)

    def message(self, client, text):
        seq = int(SEQ.search(text).group(1))
        if b'"snapshot":true' in text:
            if not client.is_open:
                client.is_open = True
                self.open += 1
                if self.draining:
                    now = time.monotonic()
                    self.returns.append(now)
                    self.late.append(now - client.due)
        else:
            self.updates += 1
            since = SINCE.search(text)
            if client.last is None or (since and int(since.group(1)) > client.last):
                self.gaps += 1
        client.last = seq


def share(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def curve(moments, zero, seconds):
    counts = [0] * seconds
    for moment in moments:
        counts[min(seconds - 1, max(0, int(moment - zero)))] += 1
    return counts


def measure(start, clients, drain, rate, progress):
    """`start(port)` returns a running server with `port`, `process`."""
    server = start(0)
    crowd = Crowd(server.port, clients)
    crowd.run(lambda: crowd.open == clients)
    progress(f"{clients:,} clients are connected")
    settled = time.monotonic() + 5
    crowd.run(lambda: time.monotonic() > settled)
    crowd.draining = True
    began = time.monotonic()
    server.process.terminate()
    crowd.run(lambda: server.process.poll() is not None)
    ended = time.monotonic()
    server = start(server.port)
    listening = time.monotonic()
    limit = ended + clients / rate + 60
    crowd.run(lambda: crowd.open == clients or time.monotonic() > limit)
    back = time.monotonic()
    after = back + 5  # some updates more, without a gap
    crowd.run(lambda: time.monotonic() > after)
    server.stop(at_once=True)
    window = clients / rate
    seconds = int(back - began) + 1
    return {
        "clients": clients, "drain": drain, "window": window,
        "status": server.process.returncode,
        "down": listening - ended, "back_after": back - began,
        "everything": (crowd.open >= 0 and len(crowd.returns) == clients and crowd.gaps == 0
                       and back - began <= drain + 0.5 + window + 1),
        "returned": len(crowd.returns), "retries": crowd.retries, "gaps": crowd.gaps,
        "lost": crowd.lost, "untold": crowd.untold, "updates": crowd.updates,
        "late_p50": share(crowd.late, 0.5), "late_p99": share(crowd.late, 0.99),
        "late_max": max(crowd.late, default=0.0),
        "closes": curve(crowd.closes, began, seconds),
        "returns": curve(crowd.returns, began, seconds),
    }
