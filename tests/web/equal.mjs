// The terminal of the web page beside another one: `cargo run --example frames | node tests/web/equal.mjs`. Each line
// of the input is a session; after each of its steps both show the same characters, colours and cursor.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { terminal } from "./terminal.mjs";

const { newTerminal, feed, resize, column } = terminal;

// As examples/frames.rs has it.
function style({ text, width, style: { fg, bg, bold, dim, italic, under, reverse } }) {
    if (width === 0) return "~";
    const blank = text === " ";
    const ink = blank && !reverse && !under ? "" : (fg ?? "");
    const flags = [
        ["b", bold && !blank],
        ["d", dim && !blank],
        ["i", italic && !blank],
        ["u", under],
        ["r", reverse],
    ];
    return `${ink},${bg ?? ""},${flags
        .filter(([, set]) => set)
        .map(([flag]) => flag)
        .join("")}`;
}

// The other terminal takes sequences of emoji for several characters.
const simplified = (text) => (/.[\u200d\ufe0f\p{RI}\p{EMod}]/u.test(text) ? "🟥" : text);

const screen = (t) => ({
    rows: t.rows.map((row) => [
        row.map((cell) => (cell.width === 2 ? simplified(cell.text) : cell.text)).join("\n"),
        row.map(style).join(" "),
    ]),
    cursor: t.cursor ? [column(t), t.y] : null,
    alternate: t.alternate,
});

let [sessions, steps, bytes] = [0, 0, 0];
for await (const line of createInterface({ input: process.stdin })) {
    const session = JSON.parse(line);
    const t = newTerminal(...session.size);
    sessions += 1;
    session.steps.forEach((step, n) => {
        if (step.resized) return resize(t, ...step.resized);
        const sent = Buffer.from(step.bytes, "base64");
        // Cut anywhere, as messages are.
        const pieces = n % 2 ? 1 + sent.length : 7;
        for (let at = 0; at < sent.length; at += pieces) feed(t, sent.subarray(at, at + pieces));
        const [shown, expected] = [screen(t), step.screen];
        shown.rows.forEach((row, y) => {
            assert.deepEqual([...row], expected.rows[y], `session ${sessions} of ${session.size}, step ${n}, row ${y}`);
        });
        assert.deepEqual(
            JSON.parse(JSON.stringify({ ...shown, rows: [] })),
            { ...expected, rows: [] },
            `session ${sessions}, step ${n}`,
        );
        assert.deepEqual([...t.unknown], [], "all of it is on the list");
        steps += 1;
        bytes += sent.length;
    });
}
assert(sessions > 20, `${sessions} sessions`);
console.log(`equal: ${sessions} sessions, ${steps} screens, ${bytes} bytes`);
