#!/usr/bin/env python3
"""A line between two network namespaces, as slow and as long as is asked for.

`cargo bench --bench load -- --lines` runs this:

    line.py BYTES_PER_SECOND ONE_WAY_MILLISECONDS

makes the namespaces sshcard-visitor (10.87.0.1) and sshcard-server (10.87.0.2), prints "ready", carries packets between
them until its standard input ends, and removes them. It needs root and Linux. It is a router and no relay: TCP's own
queue, window and acknowledgements are those of the two ends. In each direction a packet waits until those before it
have been sent, then takes its own length at the line's rate, then the line's delay. What waits is bounded as in a
modem; packets beyond that are lost.
"""

import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

# linux/if_tun.h: attach to an interface; one that carries IP packets, without a header of its own.
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
# The most bytes that wait in one direction.
QUEUE = 64 * 1024
ENDS = (("sshcard-visitor", "sshcard-v", "10.87.0.1"), ("sshcard-server", "sshcard-s", "10.87.0.2"))


def ip(*arguments):
    subprocess.run(("ip", *arguments), check=True)


def end(namespace, device, address):
    """A namespace with one interface; what is sent to that is read from the descriptor."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    ip("netns", "add", namespace)
    ip("link", "set", device, "netns", namespace)
    ip("-n", namespace, "addr", "add", f"{address}/24", "dev", device)
    for each in (device, "lo"):
        ip("-n", namespace, "link", "set", each, "up")
    return tun


def carry(tuns, rate, delay):
    """Carries packets until standard input ends."""
    # For each direction: the packets under way, with the time of their arrival, and when the line is free.
    under_way = [collections.deque(), collections.deque()]
    free = [0.0, 0.0]
    while True:
        arrivals = [packets[0][0] for packets in under_way if packets]
        timeout = max(0.0, min(arrivals) - time.monotonic()) if arrivals else None
        readable, _, _ = select.select([sys.stdin, *tuns], [], [], timeout)
        now = time.monotonic()
        if sys.stdin in readable and not os.read(sys.stdin.fileno(), 1):
            return
        for direction, tun in enumerate(tuns):
            while tun in readable:
                try:
                    packet = os.read(tun, 65536)
                except BlockingIOError:
                    break
                if rate * (free[direction] - now) <= QUEUE:
                    free[direction] = max(free[direction], now) + len(packet) / rate
                    under_way[direction].append((free[direction] + delay, packet))
            packets = under_way[direction]
            while packets and packets[0][0] <= now:
                os.write(tuns[1 - direction], packets.popleft()[1])


def main():
    rate, delay = float(sys.argv[1]), float(sys.argv[2]) / 1000
    try:
        tuns = [end(*each) for each in ENDS]
        print("ready", flush=True)
        carry(tuns, rate, delay)
    finally:
        for namespace, _, _ in ENDS:
            subprocess.run(("ip", "netns", "del", namespace), check=False)


main()
