"""A server, its visitors over SSH and on the page, and its readers, for the benchmarks of the web page. As root on
Linux, with OpenSSH's client."""

import base64
import fcntl
import http.client
import os
import pty
import resource
import select
import socket
import struct
import subprocess
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SILENCE = 0.06


def handshake(origin):
    """A request for a session on the page, from a page of `origin` whose terminal has 80 columns and 24 rows."""
    key = base64.b64encode(bytes(16))
    return (
        b"GET /session?size=80x24&language=en&ground=dark&words=still HTTP/1.1\r\nHost: a\r\n"
        b"Origin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Protocol: sshcard\r\n\r\n" % (origin, key)
    )


def message(kind, payload):
    """A message of a browser, masked with zeros (RFC 6455, section 5.2). Kinds: 2 bytes, 9 ping."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    return bytes([0x80 | kind]) + length + bytes(4) + payload


def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def may_open_many():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Server:
    def __init__(self, binary, *more):
        self.keys, self.ssh, self.web = tempfile.TemporaryDirectory(), free(), free()
        own = ["--profile", f"{ROOT}/tests/fixtures/engineer", "--keys", self.keys.name]
        listen = ["--listen", f"127.0.0.1:{self.ssh}", "--web", str(self.web)]
        self.process = subprocess.Popen([binary, "serve", *own, *listen, *more], stderr=subprocess.DEVNULL)
        while page(self.web, "127.0.0.1") is None:
            if self.process.poll() is not None:
                raise SystemExit(f"{binary} ended with {self.process.returncode}")
            time.sleep(0.05)

    def cpu(self):
        """Seconds that it was on a CPU, with threads that have ended: its clock (clock_getcpuclockid of Linux)."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def memory(self):
        """Its proportional set size in KiB."""
        lines = open(f"/proc/{self.process.pid}/smaps_rollup")
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Visitor:
    """OpenSSH on a terminal of 80 columns and 24 rows."""

    def __init__(self, port):
        self.terminal, own = pty.openpty()
        fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        command = ["ssh", "-F", "none", *known, "-tt", "-p", str(port), "still@127.0.0.1"]
        self.process = subprocess.Popen(command, stdin=own, stdout=own, stderr=own, start_new_session=True)
        os.close(own)

    def fileno(self):
        return self.terminal

    def send(self, keys):
        os.write(self.terminal, keys)

    def read(self):
        try:
            return os.read(self.terminal, 65536)
        except OSError:
            return b""

    def hears(self, within):
        """Waits for the first byte, and reads until nothing comes for a while: how long the first byte took."""
        start = time.perf_counter()
        select.select([self.terminal], [], [], within)
        took = time.perf_counter() - start
        while select.select([self.terminal], [], [], SILENCE)[0]:
            if not self.read():
                raise SystemExit("the visitor over SSH was hung up on")
        return took

    def keys(self, samples):
        """How many milliseconds each of so many keys took to the first byte. They turn one page after the other: no
        two keys together change nothing."""
        times = []
        for n in range(samples):
            self.send(b"%d" % (2 + n % 4))
            times.append(1e3 * self.hears(10))
        return times

    def leave(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


class PageVisitor:
    """The socket of a page with a terminal of 80 columns and 24 rows."""

    def __init__(self, port, source):
        self.socket = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
        self.socket.sendall(handshake(b"http://a"))

    def fileno(self):
        return self.socket.fileno()

    def send(self, keys):
        self.socket.sendall(message(2, keys))

    def read(self):
        try:
            return self.socket.recv(65536)
        except OSError:
            return b""

    def leave(self):
        self.socket.close()


def page(port, source):
    """The page: how many milliseconds it took; `None` if it did not come."""
    start = time.perf_counter()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5, source_address=(source, 0))
        connection.request("GET", "/", headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return 1e3 * (time.perf_counter() - start) if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
