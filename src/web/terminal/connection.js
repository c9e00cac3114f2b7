// The socket to the session.
"use strict";

// Why a socket closed (RFC 6455, section 7.4.1, and the registry of IANA).
const ENDED = 1000;
const TRY_AGAIN = 1013;
// The server takes twice as much (session.rs).
const LONGEST_MESSAGE = 4096;
// What the session is told when nothing could be copied (session.rs).
const UNCOPIED = "uncopied";

class Connection {
    // `told` is what the page says of itself. `opened` is called when the server has answered, `heard` with the bytes
    // of a message, and `ended` with how the socket closed, and whether the server had answered.
    constructor(told, { opened, heard, ended }) {
        const query = Object.entries(told).map((pair) => pair.join("=")).join("&");
        this.socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/session?${query}`, "sshcard");
        let reached = false;
        Object.assign(this.socket, {
            binaryType: "arraybuffer",
            onopen: () => {
                reached = true;
                opened();
            },
            onmessage: ({ data }) => heard(new Uint8Array(data)),
            onclose: (event) => ended(event, reached),
        });
    }

    get isOpen() {
        return this.socket.readyState === WebSocket.OPEN;
    }

    // A message that is not typed.
    tell(text) {
        if (this.isOpen) this.socket.send(text);
    }

    // What is typed.
    send(text) {
        if (!this.isOpen) return;
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; at += LONGEST_MESSAGE)
            this.socket.send(bytes.slice(at, at + LONGEST_MESSAGE));
    }

    // Closes the socket, of which nothing is heard any more.
    hangUp() {
        Object.assign(this.socket, { onopen: null, onmessage: null, onclose: null });
        this.socket.close();
    }
}
