"""What the clients of these benchmarks say and read: RFC 6455 on a socket."""

import struct

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def handshake(path, host="localhost"):
    """A request that opens a WebSocket. The key is the one of RFC 6455 §1.3."""
    return (f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()


def is_accepted(head):
    return b" 101 " in head.partition(b"\r\n")[0]


def client_frame(opcode, payload):
    """A whole frame of up to 125 bytes. The mask is zero, so the payload stays as it is."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def take_frame(data):
    """The first frame of what a server has sent: opcode, payload and size; None if it is not whole."""
    if len(data) < 2:
        return None
    length, begin = data[1] & 0x7F, 2
    if length >= 126:
        form, begin = (">H", 4) if length == 126 else (">Q", 10)
        if len(data) < begin:
            return None
        length = struct.unpack(form, data[2:begin])[0]
    end = begin + length
    return (data[0] & 0x0F, data[begin:end], end) if len(data) >= end else None
