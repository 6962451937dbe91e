"""The scenario `slow-link` of run-soak: one reader behind 256 kbit/s.

Two network namespaces are joined by a veth pair, with a token bucket filter on
the server's side. 250 stocks change 20 times a second, which is more than the
link can carry. The reader reads as fast as it can. The age of a price is the
time from its change to the moment when the reader has the whole message.

Needs root (`ip netns`, `tc`).
"""

import ctypes
import json
import os
import re
import socket
import statistics
import subprocess
import threading
import time

from websocket_wire import CLOSE, PING, PONG, TEXT, client_frame, handshake, is_accepted, take_frame

RATE_BITS = 256_000
STOCKS = 250
TICKS_A_SECOND = 20
WARM_UP = 10  # seconds: until queues are as full as they get
SERVER, READER = "10.213.7.1", "10.213.7.2"
CLONE_NEWNET = 0x40000000


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Link:
    """The server's end is in the namespace of this process."""

    def __init__(self):
        self.namespace = f"tickerhub-{os.getpid()}"
        self.device = f"th{os.getpid()}"

    def __enter__(self):
        peer = self.device + "r"
        run("ip", "netns", "add", self.namespace)
        try:
            run("ip", "link", "add", self.device, "type", "veth", "peer", peer,
                "netns", self.namespace)
            run("ip", "address", "add", SERVER + "/24", "dev", self.device)
            run("ip", "link", "set", self.device, "up")
            run("ip", "-n", self.namespace, "address", "add", READER + "/24", "dev", peer)
            run("ip", "-n", self.namespace, "link", "set", peer, "up")
            # Two packets at once, and a queue of 400 ms as modems have.
            run("tc", "qdisc", "add", "dev", self.device, "root", "tbf",
                "rate", f"{RATE_BITS}bit", "burst", "4kb", "latency", "400ms")
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "link", "delete", self.device], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", self.namespace], check=False)

    def bytes_sent(self):
        return json.loads(run("tc", "-j", "-s", "qdisc", "show", "dev", self.device))[0]["bytes"]

    def connect(self, port):
        """A socket of the reader's namespace. The calling thread stays in it."""
        with open(f"/run/netns/{self.namespace}", encoding="ascii") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        return socket.create_connection((SERVER, port), timeout=30)


class Reader(threading.Thread):
    """Notes what comes when."""

    def __init__(self, link, port, path, tick_of):
        super().__init__(daemon=True)
        self.link, self.port, self.path, self.tick_of = link, port, path, tick_of
        self.arrivals = []  # (when, tick)
        self.bytes = 0
        self.failure = None
        self.ended = False

    def run(self):
        try:
            with self.link.connect(self.port) as connection:
                self.read(connection)
        except (OSError, ValueError) as error:
            if not self.ended:
                self.failure = repr(error)

    def read(self, connection):
        connection.sendall(handshake(self.path, f"{SERVER}:{self.port}"))
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more(connection)
        head, _, data = data.partition(b"\r\n\r\n")
        if not is_accepted(head):
            raise ValueError(head)
        while not self.ended:
            frame = take_frame(data)
            if frame is None:
                data += self.more(connection)
                continue
            opcode, payload, size = frame
            data = data[size:]
            if opcode == TEXT:
                tick = self.tick_of(payload.decode())
                if tick is not None:
                    self.arrivals.append((time.monotonic(), tick))
            elif opcode == PING:
                connection.sendall(client_frame(PONG, payload))
            elif opcode == CLOSE:
                raise ValueError(f"closed: {payload[:2].hex()}")

    def more(self, connection):
        data = connection.recv(1 << 16)
        if not data:
            raise ValueError("the server hung up")
        self.bytes += len(data)
        return data


class Tickerhub:
    """A price says in which tick it was made: 100.01 in the first."""

    path = "/stocks"

    def __init__(self, tracker):
        self.process = subprocess.Popen(
            [tracker, "--address", SERVER, "--port", "0", "--source", "stdin",
             "--log-level", "error"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))

    def tick(self, number):
        lines = [f"S{i:03} {100 + number / 100:.2f}\n" for i in range(STOCKS)]
        self.process.stdin.write("".join(lines))
        self.process.stdin.flush()

    @staticmethod
    def tick_of(text):
        prices = re.findall(r'"S\d{3}":([\d.]+)', text.partition('"quotes"')[0])
        return round(max(map(float, prices)) * 100) - 10_000 if prices else None


class Peer:
    """A server of fanout_bench, with messages as long as Tickerhub's updates."""

    path = "/"
    message_bytes = 70 + 14 * STOCKS

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "TICKERHUB_PEER_ADDRESS": SERVER})
        self.port = int(self.process.stdout.readline().split()[1])

    def tick(self, number):
        self.process.stdin.write(f"tick {number} 1 {self.message_bytes}\n")
        self.process.stdin.flush()

    @staticmethod
    def tick_of(text):
        return int(re.search(r'"seq":(\d+)', text).group(1))


def measure(start, seconds):
    with Link() as link:
        server = start()
        try:
            return measure_server(link, server, seconds)
        finally:
            server.process.terminate()
            server.process.wait()


def measure_server(link, server, seconds):
    published = {}

    def publish_for(duration):
        begin = time.monotonic()
        for i in range(int(duration * TICKS_A_SECOND)):
            time.sleep(max(0, begin + i / TICKS_A_SECOND - time.monotonic()))
            number = len(published) + 1
            published[number] = time.monotonic()
            server.tick(number)

    publish_for(0.1)
    reader = Reader(link, server.port, server.path, server.tick_of)
    reader.start()
    publish_for(WARM_UP)
    began, first = time.monotonic(), len(reader.arrivals)
    bytes_before, sent_before = reader.bytes, link.bytes_sent()
    publish_for(seconds)
    duration = time.monotonic() - began
    bytes_after, sent_after = reader.bytes, link.bytes_sent()
    arrivals = reader.arrivals[first:]
    reader.ended = True
    if reader.failure or not arrivals:
        raise RuntimeError(f"the reader behind the link: {reader.failure}")
    ages = sorted(when - published[tick] for when, tick in arrivals)
    capacity = RATE_BITS / 8 * duration
    status = open(f"/proc/{server.process.pid}/status", encoding="ascii").read()
    return {
        "messages": len(ages),
        "age_median": statistics.median(ages),
        "age_p99": ages[int(len(ages) * 0.99)],
        "age_worst": ages[-1],
        "share_with_headers": (sent_after - sent_before) / capacity,
        "share": (bytes_after - bytes_before) / capacity,
        "server_rss": int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024,
    }
