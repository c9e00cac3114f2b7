"""Every order of methods in which AsyncSSH authenticates: PORT KEYS CARD."""

import asyncio
import pathlib
import sys

import asyncssh

port, keys, card = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text()
kinds = ["rsa", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519"]
ways = {f"{kind} key": {"client_keys": [keys / kind]} for kind in kinds}
ways |= {f"{name}, password": options | {"password": "x"} for name, options in ways.items()}
ways |= {
    "all keys": {"client_keys": [keys / kind for kind in kinds]},
    "password": {"client_keys": None, "password": "x"},
    "password first": {"client_keys": [keys / "rsa"], "password": "x", "preferred_auth": "password,publickey"},
    "keyboard-interactive": {"client_keys": None, "password": "x", "preferred_auth": "keyboard-interactive"},
    "nothing": {"client_keys": None},
}


async def main():
    failed = 0
    for name, options in ways.items():
        try:
            async with asyncssh.connect(
                "127.0.0.1", port, username="visitor", known_hosts=None, config=None, agent_path=None, **options
            ) as connection:
                said = await connection.run("text", timeout=10)
            assert (said.exit_status, said.stdout) == (0, card), said.exit_status
        except Exception as error:
            failed += 1
            print(f"{name}: {error!r}")
    return failed > 0


sys.exit(asyncio.run(main()))
