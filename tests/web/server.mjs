// Servers for the tests in browsers.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const DEADLINE = 20_000;
const fixture = (name) => new URL(`../fixtures/${name}`, import.meta.url).pathname;
export const work = mkdtempSync(join(tmpdir(), "sshcard-web-"));
const servers = new Set();

// A server of its own, and where its page is.
export async function serve(binary, profile, ...more) {
    const own = ["--profile", fixture(profile), "--keys", join(work, `keys-${servers.size}`), "--log", "json"];
    const listen = ["--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"];
    const server = spawn(binary, [...own, ...listen, ...more], { stdio: ["ignore", "ignore", "pipe"] });
    servers.add(server);
    let said = "";
    for await (const chunk of server.stderr) {
        said += chunk;
        const line = said.split("\n").find((one) => one.includes("the card is served over HTTP"));
        if (line) {
            server.stderr.resume();
            return { server, url: `http://${JSON.parse(line).address ?? JSON.parse(line).fields.address}/` };
        }
    }
    throw new Error(`the server did not start: ${said}`);
}

// Ends all servers, and removes what they left.
export function stop() {
    servers.forEach((server) => server.kill("SIGKILL"));
    rmSync(work, { recursive: true, force: true });
}
