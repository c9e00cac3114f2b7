"""Every order of methods in which Paramiko authenticates: PORT KEYS CARD. Fabric and Ansible do the same with it."""

import pathlib
import sys

import paramiko

port, keys, card = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).read_bytes()
kinds = {
    "rsa": paramiko.RSAKey,
    "ecdsa256": paramiko.ECDSAKey,
    "ecdsa384": paramiko.ECDSAKey,
    "ecdsa521": paramiko.ECDSAKey,
    "ed25519": paramiko.Ed25519Key,
}
pkeys = {name: kind.from_private_key_file(str(keys / name)) for name, kind in kinds.items()}


def connect(**options):
    """As `SSHClient.connect` does it: it goes straight to a key, and to a password after that."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    options |= {"look_for_keys": False, "allow_agent": False, "timeout": 10, "auth_timeout": 10}
    client.connect("127.0.0.1", port, "visitor", **options)
    return client.get_transport()


def transport():
    transport = paramiko.Transport(("127.0.0.1", port))
    transport.start_client(timeout=10)
    transport.auth_timeout = 10
    return transport


def none():
    connection = transport()
    connection.auth_none("visitor")
    return connection


def keyboard_interactive():
    connection = transport()
    connection.auth_interactive("visitor", lambda title, instructions, prompts: [])
    return connection


def keys_one_after_the_other():
    connection = transport()
    for pkey in pkeys.values():
        if not connection.is_authenticated():
            connection.auth_publickey("visitor", pkey)
    return connection


ways = {f"{name} key": lambda pkey=pkey: connect(pkey=pkey) for name, pkey in pkeys.items()}
ways |= {f"{name} key, password": lambda pkey=pkey: connect(pkey=pkey, password="x") for name, pkey in pkeys.items()}
ways |= {
    "password": lambda: connect(password="x"),
    "none": none,
    "keyboard-interactive": keyboard_interactive,
    "keys one after the other": keys_one_after_the_other,
}
failed = 0
for name, way in ways.items():
    try:
        connection = way()
        channel = connection.open_session(timeout=10)
        channel.exec_command("text")
        said = channel.makefile("rb").read()
        assert said == card, f"not the card: {said[:99]!r}"
        assert channel.recv_exit_status() == 0, channel.recv_exit_status()
        connection.close()
    except Exception as error:
        failed += 1
        print(f"{name}: {error!r}")
sys.exit(failed > 0)
