"""Visitors for the checks of deploy/: they come and go, or stay at rest, and what became of their visits is counted."""

import asyncio
import random
import statistics
import time
from dataclasses import dataclass

import asyncssh

DEADLINE = 20  # Seconds that anything expected may take.
TERMINAL = {"term_type": "xterm-256color", "term_size": (80, 24), "encoding": None}
# What a terminal answers: where the cursor is (DSR 6), and what it is (DA1). A session that ends waits for answers.
ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62c"}


def answers(received):
    """What a terminal sends back."""
    return b"".join(answer for question, answer in ANSWERS.items() if question in received)


async def soon(condition):
    """Waits until a condition holds, and returns what it returned."""
    end = time.monotonic() + DEADLINE
    while not (value := await condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {DEADLINE} s: {condition.__qualname__}")
        await asyncio.sleep(0.05)
    return value


@dataclass
class Visit:
    """One visit; its times are those of time.monotonic()."""

    address: str
    came: float
    frame: float = None  # When the first bytes of the card were there.
    left: float = None
    how: str = "refused"  # Without a first byte; or "left", by the visitor's own key; or "cut".


class Visitors:
    """Visitors who come and go in an `async with`, each from an address of their own."""

    def __init__(self, to, addresses, stay, host_key=None):
        self.to = to
        self.addresses = addresses
        self.stay = stay
        self.known_hosts = ([host_key], [], []) if host_key else None
        self.visits = []

    def connect(self, source, user):
        host, port = self.to
        return asyncssh.connect(
            host, port, local_addr=(source, 0), username=user, known_hosts=self.known_hosts, config=None,
            client_keys=None, agent_path=None, login_timeout=DEADLINE,
        )

    async def __aenter__(self):
        self.enough = asyncio.Event()
        self.tasks = [asyncio.create_task(self.come_and_go(each)) for each in self.addresses]
        return self

    async def __aexit__(self, *_):
        self.enough.set()
        await asyncio.gather(*self.tasks)

    async def come_and_go(self, source):
        while not self.enough.is_set():
            await self.come(source)

    async def come(self, source):
        visit = Visit(source, time.monotonic())
        self.visits.append(visit)
        try:
            await asyncio.wait_for(self.visit(visit), DEADLINE + self.stay[1])
        except (OSError, asyncssh.Error, asyncio.TimeoutError) as error:
            visit.how = "cut" if visit.frame else f"refused: {error!r}"
        visit.left = time.monotonic()

    async def visit(self, visit):
        async with self.connect(visit.address, "visitor") as connection:
            process = await connection.create_process(**TERMINAL)

            async def read():
                while received := await process.stdout.read(16384):
                    visit.frame = visit.frame or time.monotonic()
                    if answer := answers(received):
                        process.stdin.write(answer)

            end = asyncio.create_task(read())
            process.stdin.write(b"l")
            done, _ = await asyncio.wait({end}, timeout=random.uniform(*self.stay))
            if not done:
                process.stdin.write(b"q")
            await end
            await process.wait_closed()
            if visit.frame:
                visit.how = "cut" if done or process.exit_status != 0 else "left"

    async def have_come(self, count):
        """Waits until so many have seen the card."""

        async def so_many():
            return sum(visit.frame is not None for visit in self.visits) >= count

        await soon(so_many)

    async def are_there(self):
        """Waits until each visitor sees the card."""

        async def each():
            here = {visit.address for visit in self.visits if visit.frame and not visit.left}
            return len(here) == len(self.addresses)

        await soon(each)

    async def rest(self, addresses):
        """Lets one come from each address, turn a page, and stay. Returns their connections."""
        room = asyncio.Semaphore(16)
        self.received = 0

        async def one(source):
            async with room:
                return await self.stay_on(source)

        connections = await asyncio.gather(*(one(source) for source in addresses))

        async def silence():
            before = self.received
            await asyncio.sleep(1)
            return self.received == before

        await soon(silence)
        return connections

    async def stay_on(self, source):
        """Comes from an address and turns a page. Returns the connection when the first byte was received."""
        connection = await self.connect(source, "still")
        begun = asyncio.get_running_loop().create_future()
        visitors = self

        class Session(asyncssh.SSHClientSession):
            def connection_made(self, channel):
                self.channel = channel

            def data_received(self, data, _):
                visitors.received += len(data)
                if answer := answers(data):
                    self.channel.write(answer)
                if not begun.done():
                    begun.set_result(None)

            def connection_lost(self, error):
                if not begun.done():
                    begun.set_exception(error or ConnectionResetError())

        channel, _ = await connection.create_session(Session, **TERMINAL)
        channel.write(b"l")
        await begun
        return connection

    async def come_back(self, source, connection, pause):
        """Waits until a connection is closed, pauses, and comes again, with a try about each second.

        Returns the seconds from the first try to the first byte, and the number of tries.
        """
        await connection.wait_closed()
        await asyncio.sleep(random.uniform(0, pause))
        came, tries = time.monotonic(), 1
        while True:
            try:
                await self.stay_on(source)
                return time.monotonic() - came, tries
            except (OSError, asyncssh.Error):
                tries += 1
                await asyncio.sleep(random.uniform(0.5, 1.5))


def percentiles(seconds):
    if not seconds:
        return "none"
    ordered = sorted(1e3 * each for each in seconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    return f"median {statistics.median(ordered):.0f} ms, p99 {p99:.0f}, max {ordered[-1]:.0f}"


def said(visits):
    hurt = sum(visit.how == "cut" for visit in visits)
    refused = [visit.how for visit in visits if visit.how.startswith("refused")]
    frames = [visit.frame - visit.came for visit in visits if visit.frame]
    times = f"first byte: {percentiles(frames)}"
    return f"{len(visits)} visits, {hurt} hurt, {len(refused)} refused; {times}"


class Checks:
    failed = 0

    def check(self, name, passed, *details):
        print(f"{'pass' if passed else 'FAIL'}  {name}", *(f"      {line}" for line in details), sep="\n", flush=True)
        self.failed += not passed
