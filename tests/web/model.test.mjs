// What the page's terminal does with keys, with what is not on its list, and with shapes: `node --test tests/web`.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { terminal } from "./terminal.mjs";

const { newTerminal, feed, resize, widthOf, keyBytes, mouseBytes, pasteBytes, runs, shape, background, isMirrored, css } = terminal;
const bytes = (text) => new TextEncoder().encode(text);

function shown(text, columns = 20, lines = 3) {
    const t = newTerminal(columns, lines);
    feed(t, bytes(text));
    return t;
}

const row = (t, y) =>
    t.rows[y]
        .map((cell) => cell.text)
        .join("")
        .trimEnd();

test("what is not on the list is passed over", () => {
    for (const sequence of [
        "\x1b[3J",
        "\x1b[5n",
        "\x1b[?1003h",
        "\x1b[>1u",
        "\x1b]0;title\x1b\\",
        "\x1b]52;c;?\x1b\\",
        "\x07",
        "\t",
        "\x1b]8;id=3;a b\x1b\\",
        "\x1b_Ga=q,i=1;AAAA\x1b\\",
        "\x1bc",
        "\x9b2J",
    ]) {
        const t = shown(`a${sequence}b`);
        assert(t.unknown.length > 0, JSON.stringify(sequence));
        assert.equal(t.copied, null);
        assert.equal(t.title, "");
    }
    const t = shown(`\x1b]2;${"x".repeat(20_000)}`);
    assert(t.rest.length < 20_000, "what has no end is not kept");
});

test("a character that is cut between two messages is one", () => {
    const t = newTerminal(20, 1);
    const whole = bytes("\x1b[1mé👩\u200d🔬x\x1b[m日");
    for (const byte of whole) feed(t, Uint8Array.of(byte));
    assert.deepEqual(
        [...t.rows[0].slice(0, 6).map(({ text, width }) => `${text}${width}`)],
        ["é1", "👩\u200d🔬2", "0", "x1", "日2", "0"],
    );
    assert.deepEqual([...t.unknown], []);
});

test("half of a wide character is none", () => {
    assert.equal(row(shown("日本\x1b[1;2Hx"), 0), " x本");
    assert.equal(row(shown("日本\x1b[1;4Hx"), 0), "日 x");
    assert.equal(row(shown("日本\x1b[1;2H\x1b[K"), 0), "");
});

test("lines scroll, and the main screen comes back", () => {
    const t = shown("1\r\n2\r\n3\r\n4");
    assert.deepEqual([row(t, 0), row(t, 2), t.scrolled.length], ["2", "4", 1]);
    feed(t, bytes("\x1b[?1049h\x1b[Hx\x1b[?1049l"));
    assert.deepEqual([row(t, 0), t.alternate], ["2", false]);
    resize(t, 10, 2);
    assert.deepEqual([row(t, 0), row(t, 1), t.y], ["3", "4", 1]);
});

test("questions are answered", () => {
    const t = newTerminal(20, 3);
    t.paper = [22, 24, 29];
    feed(t, bytes("\x1b]11;?\x1b\\\x1b[c\x1b[>0q\x1b[?2026$p\x1b[?2027$p"));
    assert.deepEqual(
        [...t.replies],
        [
            "\x1b]11;rgb:1616/1818/1d1d\x1b\\",
            "\x1b[?62;22c",
            "\x1bP>|sshcard\x1b\\",
            "\x1b[?2026;2$y",
            "\x1b[?2027;3$y",
        ],
    );
});

test("widths are those of the server", () => {
    for (const [text, width] of [
        ["a", 1],
        ["é", 1],
        ["e\u0301", 1],
        ["日", 2],
        ["한", 2],
        ["🇨🇭", 2],
        ["👩‍🔬", 2],
        ["❤️", 2],
        ["1️⃣", 2],
        ["👍🏽", 2],
        ["‐", 1],
        ["─", 1],
        ["⣿", 1],
        ["ｱ", 1],
        ["Ａ", 2],
    ]) {
        assert.equal(widthOf(text), width, text);
    }
});

test("keys are those of xterm", () => {
    for (const [key, expected] of [
        [{ key: "a" }, "a"],
        [{ key: "A", shiftKey: true }, "A"],
        [{ key: "Enter" }, "\r"],
        [{ key: "ArrowUp" }, "\x1b[A"],
        [{ key: "ArrowUp", ctrlKey: true }, "\x1b[1;5A"],
        [{ key: "ArrowLeft", altKey: true }, ""],
        [{ key: "Tab", shiftKey: true }, "\x1b[Z"],
        [{ key: "PageDown" }, "\x1b[6~"],
        [{ key: "c", ctrlKey: true }, "\x03"],
        [{ key: "r", ctrlKey: true }, ""],
        [{ key: "r", metaKey: true }, ""],
        [{ key: "F1" }, "\x1bOP"],
        [{ key: "Escape" }, "\x1b[27u"],
        [{ key: "F5" }, ""],
        [{ key: "Shift", shiftKey: true }, ""],
        [{ key: "€", altKey: true }, "€"],
        [{ key: "日" }, "日"],
        [{ key: "@", ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" }, "@"],
    ]) {
        assert.equal(keyBytes(key), expected, JSON.stringify(key));
    }
    assert.equal(mouseBytes(0, 3, 4), "\x1b[<0;4;5M\x1b[<0;4;5m");
    assert.equal(mouseBytes(65, 0, 0), "\x1b[<65;1;1M");
    assert.equal(pasteBytes({ paste: true }, "a\x1b[201~\nb"), "\x1b[200~a[201~\rb\x1b[201~");
    assert.equal(pasteBytes({ paste: false }, "x".repeat(9000)).length, 4096);
});

test("shapes meet their neighbours", () => {
    for (const [width, height] of [
        [8, 16],
        [10, 21],
        [9, 19],
        [13, 26],
    ]) {
        const edges = (c) => shape(c, width, height).flat();
        assert(edges("─").includes(0) && edges("─").includes(width), "a line goes from edge to edge");
        assert(edges("│").includes(0) && edges("│").includes(height));
        // What a corner ends with, a line goes on with.
        const [below] = shape("╭", width, height).filter(([, , , y1]) => y1 === height);
        const [line] = shape("│", width, height);
        assert.deepEqual([below[0], below[2]], [line[0], line[2]]);
        assert.equal(shape("▀", width, height)[0][3], shape("▄", width, height)[0][1], "two halves are a whole");
        assert.equal(shape("▌", width, height)[0][2], shape("▐", width, height)[0][0]);
        assert.equal(shape("⣿", width, height).length, 8);
        assert.equal(shape("a", width, height), null);
        assert.equal(shape(" ", width, height), null);
    }
});

test("shapes begin and end between pixels of the device", () => {
    // A screen of five pixels where CSS has four.
    const drawn = background("│⣿▀", 12, 26, 0.8, "#000");
    const places = [...drawn.matchAll(/([\d.]+)px/g)].map(([, place]) => place / 0.8);
    assert.ok(places.length > 20);
    for (const place of places) assert.ok(Math.abs(place - Math.round(place)) < 1e-9, place);
});

test("phrases from right to left are runs of their own", () => {
    const t = shown("\u05d0\u05d1 \u05d2 12.  \u05d3 a\u2502b", 20, 1);
    const found = runs(t.rows[0].slice(0, 15), () => true, 8, 16);
    assert.deepEqual(
        [...found.map(({ kind, columns }) => `${kind} ${columns}`)],
        ["rtl 8", "blank 2", "rtl 3", "shape 1", "text 1"],
    );
    assert.equal(found[0].runs[0].text, "\u05d0\u05d1 \u05d2 12.");
});

test("a phrase from right to left has no blanks at its ends, and most rows say where rows begin", () => {
    const t = shown("  \u05d0\u05d1 \u2590\r\nabc\r\n\u05d2.", 8, 3);
    assert.deepEqual(
        [...runs(t.rows[0].slice(0, 6), () => true, 8, 16).map(({ kind, columns }) => `${kind} ${columns}`)],
        ["blank 2", "rtl 2", "blank 1", "shape 1"],
    );
    assert.equal(isMirrored(t.rows), true);
    assert.equal(isMirrored(shown("abc\r\nL \u05d0\u05d1\r\n", 8, 3).rows), false);
});

test("letters that take their shapes from each other are words", () => {
    const t = shown("\u092e\u0947\u0930\u093e \u0915\u093e\u0930\u094d\u0921 a", 20, 1);
    const found = runs(t.rows[0].slice(0, 10), () => true, 8, 16);
    assert.deepEqual(
        [...found.map(({ kind, columns, text }) => `${kind} ${columns} ${text}`)],
        ["word 3 \u092e\u0947\u0930\u093e", "blank 1  ", "word 4 \u0915\u093e\u0930\u094d\u0921", "text 2  a"],
    );
});

test("colours are those of xterm", () => {
    assert.deepEqual(
        [css(null, "x"), css(3), css(16), css(110), css(231), css(232), css(255), css("#010203")],
        ["x", "var(--color-3)", "#000000", "#87afd7", "#ffffff", "#080808", "#eeeeee", "#010203"],
    );
});

test("each part can be read at once, and the server joins all of them", () => {
    const source = (name) => readFileSync(new URL(`../../src/web/${name}`, import.meta.url), "utf8");
    const parts = readdirSync(new URL("../../src/web/terminal", import.meta.url)).filter((name) => name.endsWith(".js"));
    const joined = [...source("pages.rs").matchAll(/include_str!\("terminal\/(\w+\.js)"\)/g)].map(([, name]) => name);
    assert.deepEqual([...joined].sort(), parts.sort());
    for (const part of parts) assert(source(`terminal/${part}`).split("\n").length < 400, part);
});
