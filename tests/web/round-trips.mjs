// How many round trips a visitor waits in a browser: `node tests/web/round-trips.mjs BINARY`, as root on Linux, with
// Chromium. Browser and server are in network namespaces with a long line between them (benches/load/line.py). What is
// waited for grows with the line's round trip: by how much, is the number of round trips.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ROOT = new URL("../..", import.meta.url).pathname;
const LINE = join(ROOT, "benches/load/line.py");
const URL_OF_PAGE = "http://10.87.0.2:8080/";
const BYTES_A_SECOND = 10_000_000;
// In milliseconds.
const ROUND_TRIPS = [0, 50, 100, 200];
const VISITS = 9;
const DEADLINE = 20_000;

// The slope of the straight line that is nearest to the points.
function slope(points) {
    const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [x, y] = [mean(([one]) => one), mean(([, one]) => one)];
    return mean(([px, py]) => (px - x) * (py - y)) / mean(([px]) => (px - x) ** 2);
}

// Milliseconds from the navigation to the page that is painted, and from Enter to the first frame of the session.
async function visit(browser) {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    const page = await context.newPage();
    await page.goto(URL_OF_PAGE, { waitUntil: "networkidle" });
    const entries = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint"));
    await page.evaluate(() => {
        const terminal = document.getElementById("_terminal");
        addEventListener("keydown", () => (window.pressed = performance.now()), { once: true, capture: true });
        const observer = new MutationObserver(() => {
            if (!terminal.querySelector(".grid")?.textContent.includes("hang up")) return;
            observer.disconnect();
            // In the task after the frame in which it is painted.
            requestAnimationFrame(() => setTimeout(() => (window.took = performance.now() - window.pressed)));
        });
        observer.observe(terminal, { childList: true, subtree: true });
    });
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.took, null, { timeout: DEADLINE });
    const session = await page.evaluate(() => window.took);
    await context.close();
    return { page: entries[0].startTime, session };
}

// In the visitor's namespace: the least of some visits, as JSON. What is more is what the machine did besides.
async function visits() {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    await visit(browser);
    const all = [];
    for (let n = 0; n < VISITS; n += 1) all.push(await visit(browser));
    await browser.close();
    console.log(JSON.stringify(["page", "session"].map((what) => Math.min(...all.map((one) => one[what])))));
}

// The same on a line with such round trips.
async function measure(binary, roundTrip) {
    const line = spawn("python3", [LINE, BYTES_A_SECOND, roundTrip / 2], { stdio: ["pipe", "pipe", "inherit"] });
    const work = mkdtempSync(join(tmpdir(), "sshcard-line-"));
    const within = (namespace, ...command) => ["netns", "exec", namespace, ...command];
    try {
        await once(line.stdout, "data");
        const own = ["--profile", join(ROOT, "tests/fixtures/engineer"), "--keys", work, "--listen", "10.87.0.2:2222"];
        const command = [binary, "serve", ...own, "--web", "10.87.0.2:8080", "--max-per-address", "0"];
        const server = spawn("ip", within("sshcard-server", ...command), { stdio: ["ignore", "ignore", "pipe"] });
        for await (const told of server.stderr) if (String(told).includes("over HTTP")) break;
        const told = execFileSync("ip", within("sshcard-visitor", process.execPath, process.argv[1], "--visits"));
        server.kill("SIGKILL");
        return JSON.parse(told);
    } finally {
        line.stdin.end();
        await once(line, "exit");
        rmSync(work, { recursive: true, force: true });
    }
}

if (process.argv[2] === "--visits") {
    await visits();
} else {
    const points = [];
    for (const roundTrip of ROUND_TRIPS) points.push([roundTrip, await measure(process.argv[2], roundTrip)]);
    for (const [n, what] of ["navigation to the painted page", "Enter to the session's first frame"].entries()) {
        const own = points.map(([roundTrip, took]) => [roundTrip, took[n]]);
        const told = own.map(([roundTrip, took]) => `${took.toFixed(0)} ms at ${roundTrip} ms`);
        console.log(`${what}: ${told.join(", ")}: ${slope(own).toFixed(2)} round trips`);
    }
}
