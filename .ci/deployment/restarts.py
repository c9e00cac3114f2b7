"""What .ci/deployment/restarts does: a supervisor that holds the listening socket, and visitors who come meanwhile."""

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

from visitors import DEADLINE, Checks, Visitors, percentiles, said

SHORT = (0.1, 1.0)  # Seconds that a visitor stays: less than a server drains under systemd.
LONG = (600, 600)  # Longer than any server drains.


class Arrivals(Visitors):
    """Visitors who come at a steady rate, also while others wait."""

    def __init__(self, to, rate):
        super().__init__(to, [f"127.0.1.{n + 1}" for n in range(100)], SHORT)
        self.rate = rate

    async def __aenter__(self):
        self.enough = asyncio.Event()
        self.tasks = [asyncio.create_task(self.arrive())]
        return self

    async def arrive(self):
        async with asyncio.TaskGroup() as visits:
            while not self.enough.is_set():
                visits.create_task(self.come(self.addresses[len(self.visits) % len(self.addresses)]))
                await asyncio.sleep(1 / self.rate)


class Supervisor:
    """Starts and restarts a server on a socket that stays open meanwhile, so that connections wait in its backlog."""

    def __init__(self, options):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.address = self.socket.getsockname()
        path = str(options.work / "notify")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        self.notify.setblocking(False)
        command = [options.binary, "serve", "--sample", "--keys", options.work / "keys", "--max-per-address", "0"]
        command += ["--drain-sessions", options.drain_sessions]
        # Passed sockets are numbered from 3 on.
        self.command = ["sh", "-c", 'exec "$@" 3<&0 </dev/null', "-", *map(str, command)]
        self.environment = {**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "ssh", "NOTIFY_SOCKET": path}
        self.log = open(options.work / "log", "w")

    async def start(self):
        self.server = await asyncio.create_subprocess_exec(
            *self.command, stdin=self.socket, stderr=self.log, env=self.environment
        )
        while b"READY=1" not in await asyncio.get_running_loop().sock_recv(self.notify, 4096):
            pass

    async def stop(self):
        self.server.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(self.server.wait(), DEADLINE)
        assert status == 0, f"the server ended with {status}"

    async def restart(self):
        await self.stop()
        await self.start()


class Command:
    """Restarts a server that another program supervises."""

    def __init__(self, options):
        self.command = options.command
        self.address = ("127.0.0.1", options.port)

    async def restart(self):
        process = await asyncio.create_subprocess_shell(self.command)
        assert await process.wait() == 0, self.command

    async def start(self):
        pass

    stop = start


async def main():
    parser = argparse.ArgumentParser(prog="restarts BINARY")
    parser.add_argument("--binary", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--restarts", type=int, default=5, help="how many (5)")
    parser.add_argument("--drain-sessions", default="2", help="of the server (2)")
    parser.add_argument("--rate", type=int, default=10, help="visitors who come in a second (10)")
    parser.add_argument("--command", help="restarts a server that runs already")
    parser.add_argument("--port", type=int, help="of a server that runs already")
    options = parser.parse_args()
    supervisor = Command(options) if options.command else Supervisor(options)
    checks = Checks()
    await supervisor.start()
    rate = options.rate

    async with Arrivals(supervisor.address, rate) as undisturbed:
        for _ in range(max(3, options.restarts // 4)):
            await undisturbed.have_come(len(undisturbed.visits) + rate)
    all_left = all(visit.how == "left" for visit in undisturbed.visits)
    checks.check("visitors come and go", all_left, said(undisturbed.visits))

    # Two visitors stay until they are cut, and come again, so that each restart takes as long as it may.
    staying = Visitors(supervisor.address, ["127.0.2.1", "127.0.2.2"], LONG)
    restarts = []
    async with Arrivals(supervisor.address, rate) as visitors, staying:
        for _ in range(options.restarts):
            await visitors.have_come(len(visitors.visits) + rate)
            await staying.are_there()
            began = time.monotonic()
            await supervisor.restart()
            restarts.append((began, time.monotonic()))
        await staying.are_there()
        staying.enough.set()
        await supervisor.restart()
    waited = [
        visit.frame - visit.came
        for visit in visitors.visits
        if visit.frame and any(began <= visit.came < ended for began, ended in restarts)
    ]
    frames = [visit.frame - visit.came for visit in visitors.visits if visit.frame]
    # The machine may be busy, so that a restart takes longer than the server drains.
    longest = max(ended - began for began, ended in restarts)
    passed = all(visit.how == "left" for visit in visitors.visits) and max(frames) < longest + 2
    checks.check(
        f"{options.restarts} restarts cost no visit",
        passed,
        said(visitors.visits),
        f"{len(waited)} came during a restart; first byte: {percentiles(waited)}",
        f"a restart takes: {percentiles([ended - began for began, ended in restarts])}",
    )
    await supervisor.stop()
    return checks.failed


sys.exit(asyncio.run(main()) > 0)
