"""What the sandbox and its jobs say to each other over a socket: a length, then bytes."""

import socket
import struct
import time

MB = 1024 * 1024
LENGTH = struct.Struct(">I")
MAX_ANSWER_BYTES = 16 * MB


def send(peer: socket.socket, data: bytes) -> None:
    # At once: after the length of an empty message the peer may have answered and gone already, and even
    # sending nothing more would then fail.
    peer.sendall(LENGTH.pack(len(data)) + data)


def receive_message(peer: socket.socket, deadline: float | None = None) -> bytes:
    (length,) = LENGTH.unpack(receive(peer, LENGTH.size, deadline))
    if length > MAX_ANSWER_BYTES:
        raise ConnectionError("too long")
    return receive(peer, length, deadline)


def receive(peer: socket.socket, length: int, deadline: float | None = None) -> bytes:
    """Exactly `length` bytes. Raises TimeoutError at the deadline, ConnectionError when the peer is gone."""
    received = bytearray(length)
    missing = memoryview(received)
    while missing:
        if deadline is not None:
            peer.settimeout(max(deadline - time.monotonic(), 0.001))
        count = peer.recv_into(missing)
        if not count:
            raise ConnectionError("closed")
        missing = missing[count:]
    return bytes(received)
