// Every order of methods in which ssh2 for Node.js authenticates: PORT KEYS CARD.
"use strict";
const fs = require("fs");
const path = require("path");
const { Client } = require("ssh2");

const [port, keys, card] = [Number(process.argv[2]), process.argv[3], fs.readFileSync(process.argv[4], "utf8")];
const username = "visitor";
const key = (kind) => ({ type: "publickey", username, key: fs.readFileSync(path.join(keys, kind)) });
const password = { type: "password", username, password: "x" };
const prompt = (name, instructions, lang, prompts, finish) => finish([]);
const keyboard = { type: "keyboard-interactive", username, prompt };
const none = { type: "none", username };
const kinds = ["rsa", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519"];
const ways = Object.fromEntries(kinds.map((kind) => [`${kind} key`, [key(kind)]]));
for (const kind of kinds) ways[`${kind} key, password`] = [key(kind), password];
Object.assign(ways, {
  "all keys": kinds.map(key),
  password: [password],
  "keyboard-interactive": [keyboard],
  none: [none],
  "none, key": [none, key("rsa")],
});

const run = (authHandler) =>
  new Promise((resolve, reject) => {
    const client = new Client();
    client.on("error", reject).on("ready", () => {
      client.exec("text", (error, channel) => {
        if (error) return reject(error);
        let said = "";
        channel.on("data", (data) => (said += data)).on("close", (status) => {
          client.end();
          if (status === 0 && said === card) resolve();
          else reject(new Error(`status ${status}, ${said.length} characters`));
        });
      });
    });
    client.connect({ host: "127.0.0.1", port, username, authHandler, readyTimeout: 10000 });
  });

(async () => {
  for (const [name, way] of Object.entries(ways)) {
    await run(way).catch((error) => {
      process.exitCode = 1;
      console.log(`${name}: ${error.message}`);
    });
  }
})();
