// Fingers in Firefox: `node --experimental-websocket tests/web/touch.mjs BINARY`. Playwright has none there, so that
// this speaks to it by itself (WebDriver BiDi, <https://w3c.github.io/webdriver-bidi>).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEADLINE, serve, stop, work } from "./server.mjs";

const [WIDTH, HEIGHT] = [390, 844];
const PREFERENCES = { "dom.w3c_touch_events.enabled": 1, "ui.primaryPointerCapabilities": 1 };
const STEPS = 10;

const { url } = await serve(process.argv[2], "engineer");
const profile = join(work, "firefox");
mkdirSync(profile);
const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});\n`);
writeFileSync(join(profile, "user.js"), lines.join(""));
const how = ["--headless", "--remote-debugging-port", "0", "--profile", profile];
const firefox = spawn("firefox-esr", how, { stdio: ["ignore", "ignore", "pipe"] });
let said = "";
for await (const chunk of firefox.stderr) if (/ws:\S+/.test((said += chunk))) break;
firefox.stderr.resume();
const socket = new WebSocket(`${said.match(/ws:\S+/)[0]}/session`);
await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));

const waiting = new Map();
socket.onmessage = ({ data }) => {
    const { id, type, result, message } = JSON.parse(data);
    const { resolve, reject } = waiting.get(id) ?? {};
    if (type === "error") reject?.(new Error(message));
    else resolve?.(result);
};
let commands = 0;
const command = (method, params) =>
    new Promise((resolve, reject) => {
        const id = (commands += 1);
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params }));
    });

await command("session.new", { capabilities: {} });
const { contexts } = await command("browsingContext.getTree", {});
const { context } = contexts[0];
const evaluate = async (expression) => {
    const how = { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: false };
    return JSON.parse((await command("script.evaluate", how)).result.value ?? "null");
};

// A finger goes down at a place, through others, and up.
async function finger([x, y], ...through) {
    const moves = through.map(([x, y]) => ({ type: "pointerMove", x, y, duration: 20 }));
    const [down, up] = ["pointerDown", "pointerUp"].map((type) => ({ type, button: 0 }));
    const actions = [{ type: "pointerMove", x, y }, down, ...moves, { type: "pause", duration: 50 }, up];
    const pointer = { type: "pointer", id: "finger", parameters: { pointerType: "touch" }, actions };
    await command("input.performActions", { context, actions: [pointer] });
}
const swipe = ([x, y], [toX, toY]) => {
    const part = (from, to, n) => Math.round(from + ((to - from) * n) / STEPS);
    return finger([x, y], ...Array.from({ length: STEPS }, (_, n) => [part(x, toX, n + 1), part(y, toY, n + 1)]));
};
const middle = (found) =>
    evaluate(`((box) => [box.left + box.width / 2, box.top + box.height / 2].map(Math.round))(
        ${found}.getBoundingClientRect())`);
const key = (label) =>
    middle(`[...document.querySelectorAll("#_terminal .keys button")].find((one) => one.textContent === "${label}")`);
const words = () => evaluate(`document.querySelector("#_terminal .grid")?.textContent.replaceAll("\\u00a0", " ") ?? ""`);

// Does something, and again where that is too early, until it has an effect.
async function until(what, is, act) {
    for (const end = Date.now() + DEADLINE; Date.now() < end;) {
        await act();
        for (const soon = Date.now() + 2000; Date.now() < soon;) {
            if (await is()) {
                console.log(`pass  ${what}`);
                return;
            }
        }
    }
    assert.fail(`${what}: ${await words()}`);
}
const sees = (expected) => async () => (await words()).includes(expected);

try {
    await command("browsingContext.setViewport", { context, viewport: { width: WIDTH, height: HEIGHT } });
    await command("browsingContext.navigate", { context, url, wait: "complete" });
    const open = await middle(`document.getElementById("_open")`);
    await until("a tap opens the terminal", sees("kept in a hearing aid"), () => finger(open));
    await until("a swipe to the left: the next page", sees("▌about"), () => swipe([320, 400], [60, 405]));
    const before = await words();
    const isOther = async () => (await words()) !== before;
    await until("a swipe up scrolls", isOther, () => swipe([200, 600], [205, 250]));
    await until("a swipe to the right: the page before", sees("▌card"), () => swipe([60, 400], [320, 405]));
    const help = await key("?");
    await until("a key of the screen", sees("where an entry belongs"), () => finger(help));
    const escape = await key("Esc");
    await until("another", sees("hang up"), () => finger(escape));
    const tab = await evaluate(`(() => {
        const walker = document.createTreeWalker(document.querySelector("#_terminal .grid"), NodeFilter.SHOW_TEXT);
        while (!walker.nextNode().data.includes("stack"));
        const [range, at] = [document.createRange(), walker.currentNode.data.indexOf("stack")];
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 5);
        const box = range.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2].map(Math.round);
    })()`);
    await until("a tap on a tab", sees("one layer on"), () => finger(tab));
    const keyboard = await key("⌨");
    const asks = () => evaluate(`document.activeElement.className === "field" && document.activeElement.inputMode`);
    await until("the keyboard", async () => (await asks()) === "text", () => finger(keyboard));
} finally {
    firefox.kill("SIGKILL");
    stop();
}
process.exit();
