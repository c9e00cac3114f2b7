"""What .ci/deployment/machines does on the machines that it has made; it runs on that of the visitors."""

import argparse
import asyncio
import contextlib
import glob
import re
import signal
import sys
import time
from pathlib import Path

import asyncssh

from visitors import DEADLINE, Checks, Visitors, percentiles, said, soon

CARDS = {f"card{n}": f"10.210.0.1{n}" for n in (1, 2, 3)}
BALANCER = "203.0.113.1"
STAY = (0.5, 6.0)  # Seconds that a visitor stays.
REST = 20  # Seconds for which rest is measured: the server asks each client once in 20 s whether it is there.


def arguments():
    parser = argparse.ArgumentParser(prog="machines BINARY")
    parser.add_argument("binary", help=argparse.SUPPRESS)
    parser.add_argument("work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--visitors", type=int, default=20, help="visitors who come and go at a time (20)")
    parser.add_argument("--resting", type=int, default=300, help="visitors who stay at rest (300)")
    parser.add_argument("--pause", type=float, default=5, help="seconds within which they come again (5)")
    parser.add_argument("--drain-accept", default="5", help="of the servers (5)")
    parser.add_argument("--drain-sessions", default="30", help="of the servers (30)")
    parser.add_argument("--haproxy", default="deploy/haproxy.cfg", help="the balancer's configuration")
    return parser.parse_args()


async def start(machine, *command, log):
    """Starts a program on a machine."""
    return await asyncio.create_subprocess_exec("ip", "netns", "exec", machine, *command, stdout=log, stderr=log)


async def on(machine, *command):
    """Runs a command on a machine and returns what it printed, or nothing where it failed."""
    process = await asyncio.create_subprocess_exec(
        "ip", "netns", "exec", machine, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    return out.decode() if process.returncode == 0 else ""


class Machines:
    """The servers and the balancer."""

    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.servers = {}

    def log(self, name):
        return self.work / f"{name}.log"

    def host_key(self, name):
        """One key, which the first server makes, and each machine has a copy of."""
        return self.work / f"keys.{name}" / "ssh_host_ed25519_key"

    async def begin(self):
        for name in CARDS:
            await self.start_server(name)
        extra = self.work / "admin.cfg"
        extra.write_text(f"global\n    stats socket {self.work}/admin mode 600 level admin\n")
        with open(self.log("balancer"), "w") as log:
            command = ["haproxy", "-db", "-f", self.options.haproxy, "-f", extra]
            self.balancer = await start("balancer", *command, log=log)
        for name in CARDS:
            await self.is_used(name)

    async def start_server(self, name):
        """Starts a server, and waits until it is ready."""
        key, made = self.host_key(name), self.host_key("card1")
        if made.exists() and not key.exists():
            key.parent.mkdir(mode=0o700)
            key.touch(mode=0o600)
            key.write_bytes(made.read_bytes())
        address, options = CARDS[name], self.options
        command = [options.binary, "serve", "--sample", "--keys", key.parent, "--listen", f"{address}:2222"]
        command += ["--ops", f"{address}:9222", "--proxy-from", "10.210.0.0/24"]
        command += ["--drain-accept", options.drain_accept, "--drain-sessions", options.drain_sessions]
        command += ["--max-connections", str(max(1000, options.resting + options.visitors))]
        with open(self.log(name), "a") as log:
            self.servers[name] = await start(name, *map(str, command), log=log)

        async def ready():
            return await self.metrics(name, "readyz")

        await soon(ready)

    async def metrics(self, name, page="metrics"):
        return await on("balancer", "curl", "-fs", "--max-time", "2", f"http://{CARDS[name]}:9222/{page}")

    async def metric(self, name, metric):
        return int(re.search(rf"^{metric} (\d+)$", await self.metrics(name), re.M)[1])

    async def sum(self, metric):
        return sum([await self.metric(name, metric) for name in CARDS])

    async def ask(self, command):
        """Asks HAProxy."""
        reader, writer = await asyncio.open_unix_connection(self.work / "admin")
        writer.write(command.encode() + b"\n")
        said = (await reader.read()).decode()
        writer.close()
        return said

    async def is_used(self, name):
        """Waits until HAProxy sends visitors to a server."""

        async def up():
            try:
                said = await self.ask("show stat")
            except OSError:
                return False
            return re.search(rf"^cards,{name},.*,UP,", said, re.M)

        await soon(up)

    async def addresses_on(self, name):
        """The addresses of the visitors that HAProxy has connected to a server."""
        said = await self.ask("show sess")
        return set(re.findall(rf"src=([0-9.]+):[0-9]+ fe=ssh be=cards srv={name} ", said))

    async def upgrade(self):
        """Restarts the servers, one after the other."""
        for name in CARDS:
            server = self.servers[name]
            server.send_signal(signal.SIGTERM)
            status = await asyncio.wait_for(server.wait(), DEADLINE + 40)
            assert status == 0, f"{name} ended with {status}"
            await self.start_server(name)
            await self.is_used(name)

    async def cable(self, name, state):
        """Pulls a machine's cable out, or puts it in again."""
        await on("switches", "ip", "link", "set", f"{name}.lan", state)

    def usage(self, process):
        """The memory of a process (PSS) in bytes, and the CPU time of its threads in seconds."""
        pss = re.search(r"^Pss: +([0-9]+) kB$", Path(f"/proc/{process.pid}/smaps_rollup").read_text(), re.M)
        ran = [Path(path).read_text().split()[0] for path in glob.glob(f"/proc/{process.pid}/task/*/schedstat")]
        return int(pss[1]) * 1024, sum(map(int, ran)) / 1e9


def address(n):
    """The address of a visitor, each in a network of its own as the servers' logs shorten it."""
    return f"198.{18 + n // 65536 % 2}.{n % 256}.{n // 256 % 254 + 1}"


async def upgrade(machines, visitors, checks):
    async with visitors:
        await machines.upgrade()
    visits = visitors.visits
    all_left = all(visit.how == "left" for visit in visits)
    came_again = len(visits) > len(visitors.addresses)
    checks.check("an upgrade of all servers costs no visit", all_left and came_again, said(visits))


async def loss(machines, visitors, checks):
    lost = "card2"
    async with visitors:

        async def all_are_there():
            return await machines.addresses_on(lost) and len(visitors.visits) > 2 * len(visitors.addresses)

        await soon(all_are_there)
        there = await machines.addresses_on(lost)
        pulled = time.monotonic()
        await machines.cable(lost, "down")

        async def all_are_back():
            return not await machines.addresses_on(lost)

        with contextlib.suppress(TimeoutError):
            await soon(all_are_back)
    hurt = [visit for visit in visitors.visits if visit.how != "left"]
    again = [
        next((later for later in visitors.visits if later.address == visit.address and later.came >= visit.left), None)
        for visit in hurt
    ]
    # HAProxy logs a D for a connection that it closes since its server is down. One that it was still connecting to the
    # lost machine has the name of the server that was to be tried next, and a plus before the number of its tries.
    log = machines.log("balancer").read_text()
    closed = set(re.findall(rf"([0-9.]+):[0-9]+ \[[^]]*\] ssh cards/(?:{lost} \S+ \d+ D|\S+ \S+ \d+ D\S \S+/\+)", log))
    elsewhere = [visit for visit in hurt if visit.address not in closed]
    checks.check(
        "a machine that loses its cable hurts its own visitors alone",
        hurt and not elsewhere,
        f"{len(there)} were there; {said(visitors.visits)}",
        *elsewhere[:3],
        *(line for line in log.splitlines() if any(f"{visit.address}:" in line for visit in elsewhere[:3])),
    )
    back = [later.frame - visit.left for visit, later in zip(hurt, again) if later and later.frame]
    noticed = max((visit.left - pulled for visit in hurt), default=0)
    while_unnoticed = [v.frame - v.came for v in visitors.visits if v.frame and pulled < v.came < pulled + noticed]
    checks.check(
        "they are cut within 5 s, and are back within a second, as are newcomers meanwhile",
        len(back) == sum(later is not None for later in again) > 0
        and noticed < 5 and max(back, default=9) < 1 and max(while_unnoticed, default=0) < 1,
        f"cut after {noticed:.1f} s at most; back: {percentiles(back)}",
        f"{len(while_unnoticed)} newcomers meanwhile: {percentiles(while_unnoticed)}",
    )
    await machines.cable(lost, "up")
    await machines.is_used(lost)


async def logs(machines, visitors, checks):
    networks = {visit.address.rsplit(".", 1)[0] + ".0/24" for visit in visitors.visits}
    for name in CARDS:
        seen = set(re.findall(r'a visit begins .*from="([^"]*)"', machines.log(name).read_text()))
        others = sorted(seen - networks)
        passed = seen and not others
        checks.check(f"the log of {name} has the visitors' networks", passed, f"{len(seen)} networks", *others)


async def limits(machines, checks):
    """Fourteen connections of one address, of which each server alone would let ten in."""
    got = 0
    spread = set()
    sockets = []
    for _ in range(14):
        try:
            reader, writer = await asyncio.open_connection(BALANCER, 22, local_addr=("198.18.200.200", 0))
            sockets.append(writer)
            writer.write(b"SSH-2.0-crowd\r\n")
            got += await asyncio.wait_for(reader.read(4), 5) == b"SSH-"
        except (OSError, asyncio.TimeoutError):
            pass
    for name in CARDS:
        if "198.18.200.200" in await machines.addresses_on(name):
            spread.add(name)
    checks.check(
        "an address gets ten connections at a time, over all servers", got == 10 and len(spread) == 3,
        f"{got} of 14 were let in, to {len(spread)} servers",
    )
    for writer in sockets:
        writer.close()


async def rest(machines, visitors, checks, count):
    processes = {**machines.servers, "haproxy": machines.balancer}
    empty = {name: machines.usage(process) for name, process in processes.items()}
    began = time.monotonic()
    connections = await visitors.rest([address(n) for n in range(count)])
    took = time.monotonic() - began
    before = {name: machines.usage(process) for name, process in processes.items()}
    sent = await machines.sum("sshcard_sent_bytes_total")
    await asyncio.sleep(REST)
    sent = await machines.sum("sshcard_sent_bytes_total") - sent
    after = {name: machines.usage(process) for name, process in processes.items()}
    here = {name: await machines.metric(name, "sshcard_sessions") for name in CARDS}
    rows = []
    for name in processes:
        sessions = here.get(name, count)
        memory, cpu = before[name][0], after[name][1] - before[name][1]
        each = (memory - empty[name][0]) / max(sessions, 1) / 1024
        arrivals = (before[name][1] - empty[name][1]) / max(sessions, 1) * 1e3
        rows.append(
            f"{name}: {sessions} sessions, {memory / 1e6:.1f} MB, {each:.1f} KiB each; "
            f"CPU of an arrival {arrivals:.2f} ms, at rest {cpu / REST * 100:.2f} % of a core"
        )
    spread = max(here.values()) - min(here.values()) <= count // 10
    checks.check(f"{count} visitors are at rest, spread over the servers", sum(here.values()) == count and spread,
                 f"came in {took:.0f} s; at rest {sent / REST / count:.1f} bytes a second are sent to each", *rows)
    return connections


async def loss_at_rest(machines, visitors, checks, connections, pause):
    """All visitors of a machine lose it at the same moment, and come again soon."""
    lost = "card3"
    there = await machines.addresses_on(lost)
    back = [visitors.come_back(address(n), each, pause) for n, each in enumerate(connections) if address(n) in there]
    back = asyncio.gather(*back)
    await machines.cable(lost, "down")
    back = await asyncio.wait_for(back, pause + 3 * DEADLINE)
    times, tries = zip(*back)
    checks.check(
        f"{len(back)} visitors at rest lose their machine, and get to another", len(back) > 0,
        f"they came again within {pause:.0f} s: {percentiles(times)}; {sum(tries) - len(back)} tries were refused",
    )
    for connection in connections:
        connection.abort()


async def main():
    options = arguments()
    machines = Machines(options)
    checks = Checks()
    await machines.begin()
    host_key = asyncssh.read_private_key(machines.host_key("card1")).convert_to_public()
    addresses = [address(n) for n in range(options.visitors)]
    visitors = [Visitors((BALANCER, 22), addresses, STAY, host_key) for _ in range(2)]
    await upgrade(machines, visitors[0], checks)
    await logs(machines, visitors[0], checks)
    await limits(machines, checks)
    await loss(machines, visitors[1], checks)
    connections = await rest(machines, visitors[1], checks, options.resting)
    await loss_at_rest(machines, visitors[1], checks, connections, options.pause)
    return checks.failed


sys.exit(asyncio.run(main()) > 0)
