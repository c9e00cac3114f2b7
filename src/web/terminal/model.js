// A terminal for exactly what the server sends: bytes become cells. tests/it/vetting.rs holds the same list of
// sequences; tests/web compares the cells with those of another terminal. Nothing here needs a browser.
"use strict";

// How characters are written. A colour is null (the page's own), 0 to 255, or "#rrggbb".
const PLAIN = Object.freeze({
    fg: null,
    bg: null,
    bold: false,
    dim: false,
    italic: false,
    under: false,
    reverse: false,
    strike: false,
});
const BLANK = Object.freeze({ text: " ", width: 1, style: PLAIN, link: null });
// What a wide character covers beside its own cell.
const COVERED = Object.freeze({ text: "", width: 0, style: PLAIN, link: null });

const ignored = () => {};

// The sequences without their ESC and their ST, named as in xterm's `ctlseqs`, and what each does to a terminal. What
// is in braces changes.
const SEQUENCES = {
    "[?1049h": (t) => {
        t.saved = [t.x, t.y];
        show(t, true, blankRows(t));
    },
    "[?1049l": (t) => {
        show(t, false, t.main);
        moveTo(t, ...t.saved);
    },
    "[?25h": (t) => {
        t.cursor = true;
    },
    "[?25l": (t) => {
        t.cursor = false;
    },
    "[?2004h": (t) => {
        t.paste = true;
    },
    "[?2004l": (t) => {
        t.paste = false;
    },
    "[?1000;1006h": (t) => {
        t.mouse = true;
    },
    "[?1000;1006l": (t) => {
        t.mouse = false;
    },
    "[?2026h": (t) => {
        t.holding = true;
    },
    "[?2026l": (t) => {
        t.holding = false;
    },
    // A grapheme is always one character here.
    "[?2027h": ignored,
    "[?2027l": ignored,
    "[22;2t": (t) => {
        t.titles.push(t.title);
    },
    "[23;2t": (t) => {
        t.title = t.titles.pop() ?? "";
    },
    "]2;{text}": (t, title) => {
        t.title = title;
    },
    "]11;?": (t) => reply(t, `\x1b]11;rgb:${t.paper.map((part) => hex(part).repeat(2)).join("/")}\x1b\\`),
    "[6n": (t) => reply(t, `\x1b[${t.y + 1};${column(t) + 1}R`),
    "[c": (t) => reply(t, "\x1b[?62;22c"),
    "[>c": (t) => reply(t, "\x1b[>1;1;0c"),
    "[?2026$p": (t) => reply(t, `\x1b[?2026;${t.holding ? 1 : 2}$y`),
    "[?1006$p": (t) => reply(t, `\x1b[?1006;${t.mouse ? 1 : 2}$y`),
    "[?2027$p": (t) => reply(t, "\x1b[?2027;3$y"),
    "[>0q": (t) => reply(t, "\x1bP>|sshcard\x1b\\"),
    "[H": (t) => moveTo(t, 0, 0),
    "[{n}H": (t, row) => moveTo(t, 0, row - 1),
    "[{n};{n}H": (t, row, at) => moveTo(t, at - 1, row - 1),
    "[B": (t) => moveTo(t, column(t), t.y + 1),
    "[{n}B": (t, n) => moveTo(t, column(t), t.y + Number(n)),
    "[C": (t) => moveTo(t, column(t) + 1, t.y),
    "[{n}C": (t, n) => moveTo(t, column(t) + Number(n), t.y),
    "[D": (t) => moveTo(t, column(t) - 1, t.y),
    "[{n}D": (t, n) => moveTo(t, column(t) - n, t.y),
    "[K": (t) => erase(t, t.y, column(t)),
    "[2J": (t) => t.rows.forEach((_, y) => erase(t, y, 0)),
    "[m": (t) => {
        t.style = PLAIN;
    },
    "[{sgr}m": (t, parameters) => {
        t.style = styled(t.style, parameters);
    },
    "]8;id={n};{address}": (t, number, address) => {
        t.link = { number, address };
    },
    "]8;;": (t) => {
        t.link = null;
    },
    "]52;c;{base64}": (t, text) => {
        t.copied = decoded(text);
    },
    // Pictures are for terminals that say that they keep them. This one is shown them in half blocks.
    "_Ga=t,f=100,i=7566184,q=2,m={n};{base64}": ignored,
    "_Gm={n},q=2;{base64}": ignored,
    "_Gm=0,q=2;": ignored,
    "_Ga=p,U=1,i=7566184,p=1,c={n},r={n},q=2": ignored,
    "_Ga=d,d=I,i=7566184,q=2": ignored,
};

const PARTS = {
    n: "(\\d{1,5})",
    sgr: "([\\d;]+)",
    text: "([^\\x00-\\x1f\\x7f-\\x9f]+)",
    address: "([!-~]+)",
    base64: "([A-Za-z0-9+/=]+)",
};
const PATTERNS = Object.entries(SEQUENCES)
    .filter(([name]) => name.includes("{"))
    .map(([name, act]) => {
        const pattern = name.replace(/[[\]?$+]/g, "\\$&").replace(/\{(\w+)\}/g, (_, part) => PARTS[part]);
        return [new RegExp(`^${pattern}$`), act];
    });

// A whole sequence (CSI up to its final byte; OSC and APC up to ST), and the beginning of one.
const WHOLE = /\x1b(?:(\[[0-?]*[ -/]*[@-~])|([\]_][^\x1b]*)\x1b\\)/y;
const BEGUN = /\x1b(?:|\[[0-?]*[ -/]*|[\]_][^\x1b]*\x1b?)$/y;
// What has no end by then is none.
const LONGEST = 16_384;

function newTerminal(columns, lines) {
    const t = {
        columns,
        lines,
        x: 0,
        y: 0,
        style: PLAIN,
        link: null,
        alternate: false,
        saved: [0, 0],
        cursor: true,
        paste: false,
        mouse: false,
        holding: false,
        title: "",
        titles: [],
        // For the page: what is behind the text, what is to be sent, to be copied and to be drawn, and the rows that
        // have left the main screen.
        paper: [0, 0, 0],
        replies: [],
        copied: null,
        touched: new Set(),
        scrolled: [],
        // The last character, a sequence that has begun, bytes of a character that has begun, and what is not on the
        // list.
        last: null,
        rest: "",
        decoder: new TextDecoder(),
        unknown: [],
    };
    t.main = blankRows(t);
    show(t, false, t.main);
    return t;
}

// Takes bytes, cut anywhere.
function feed(t, bytes) {
    const text = t.rest + t.decoder.decode(bytes, { stream: true });
    t.rest = "";
    const special = /[\x00-\x1f\x7f-\x9f]/g;
    for (let at = 0; at < text.length;) {
        special.lastIndex = WHOLE.lastIndex = BEGUN.lastIndex = at;
        const end = special.exec(text)?.index ?? text.length;
        if (end > at) {
            print(t, text.slice(at, end));
            at = end;
        } else if (text[at] !== "\x1b") {
            control(t, text[at]);
            at += 1;
        } else if (BEGUN.test(text) && text.length - at < LONGEST) {
            t.rest = text.slice(at);
            break;
        } else {
            const [whole, ...found] = WHOLE.exec(text) ?? ["\x1b", "\x1b"];
            obey(t, found[0] ?? found[1]);
            at += whole.length;
        }
    }
    // No more is kept than a page needs.
    for (const [kept, most] of [
        [t.unknown, 100],
        [t.titles, 10],
        [t.scrolled, 1000],
    ])
        kept.splice(0, kept.length - most);
}

function obey(t, sequence) {
    if (!sequence.endsWith("m")) t.last = null;
    if (Object.hasOwn(SEQUENCES, sequence)) return SEQUENCES[sequence](t);
    for (const [pattern, act] of PATTERNS) {
        const parts = pattern.exec(sequence);
        if (parts) return act(t, ...parts.slice(1));
    }
    t.unknown.push(sequence);
}

function control(t, c) {
    t.last = null;
    if (c === "\r") t.x = 0;
    else if (c === "\n") lineFeed(t);
    else if (c === "\b") t.x = Math.max(0, column(t) - 1);
    else t.unknown.push(c);
}

const hex = (byte) => byte.toString(16).padStart(2, "0");
const decoded = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
const reply = (t, bytes) => {
    t.replies.push(bytes);
};
const blankRow = (columns) => new Array(columns).fill(BLANK);
const blankRows = (t) => Array.from({ length: t.lines }, () => blankRow(t.columns));
const touchAll = (t) => t.rows.forEach((_, y) => t.touched.add(y));
// The column that the cursor is on; behind the last one, the next character goes to the next line.
const column = (t) => Math.min(t.x, t.columns - 1);

function show(t, alternate, rows) {
    Object.assign(t, { alternate, rows });
    touchAll(t);
}

function moveTo(t, x, y) {
    t.x = Math.max(0, Math.min(x, t.columns - 1));
    t.y = Math.max(0, Math.min(y, t.lines - 1));
}

// What is erased has the ground that is set, and nothing else.
function erase(t, y, from) {
    const blank = t.style.bg === null ? BLANK : { ...BLANK, style: interned({ ...PLAIN, bg: t.style.bg }) };
    put(t, from, y, new Array(t.columns - from).fill(blank));
}

// Writes cells side by side. What is left of a wide character that they cover in part is blank.
function put(t, x, y, cells) {
    const row = t.rows[y];
    separate(row, x);
    separate(row, x + cells.length);
    row.splice(x, cells.length, ...cells);
    t.touched.add(y);
}

// Blanks a wide character that is on both sides of a column.
function separate(row, x) {
    if (row[x]?.width !== 0) return;
    let head = x;
    while (row[head].width === 0) head -= 1;
    row.fill({ ...BLANK, style: row[head].style }, head, head + row[head].width);
}

function lineFeed(t) {
    if (t.y + 1 < t.lines) {
        t.y += 1;
        return;
    }
    const [gone] = t.rows.splice(0, 1);
    if (!t.alternate) t.scrolled.push(gone);
    t.rows.push(blankRow(t.columns));
    touchAll(t);
}

function print(t, text) {
    let clusters = clustersOf(text);
    if (t.last && !ASCII.test(text[0])) {
        // A character that was cut between two messages is one all the same.
        const joined = clustersOf(t.last.text + text);
        if (joined[0] !== t.last.text) [t.x, clusters] = [t.last.x, joined];
    }
    for (const cluster of clusters) {
        const width = widthOf(cluster);
        if (width === 0 || width > t.columns) continue;
        if (t.x + width > t.columns) {
            t.x = 0;
            lineFeed(t);
        }
        const cell = { text: cluster, width, style: t.style, link: t.link };
        put(t, t.x, t.y, [cell, ...new Array(width - 1).fill(COVERED)]);
        t.last = { x: t.x, text: cluster };
        t.x += width;
    }
}

// Another size. What is shown stays until it is drawn anew; on the main screen, the line with the cursor stays in
// sight.
function resize(t, columns, lines) {
    const above = t.alternate ? 0 : Math.max(0, t.y + 1 - lines);
    t.scrolled.push(...t.rows.slice(0, above));
    const fitted = (rows) =>
        Array.from({ length: lines }, (_, y) => {
            const row = rows[y + above] ?? [];
            separate(row, columns);
            return [...row.slice(0, columns), ...blankRow(Math.max(0, columns - row.length))];
        });
    const main = fitted(t.main);
    Object.assign(t, { columns, lines, main, last: null });
    show(t, t.alternate, t.alternate ? fitted(t.rows) : main);
    moveTo(t, t.x, t.y - above);
}

// Cells that are written alike share one style.
const styles = new Map([[JSON.stringify(PLAIN), PLAIN]]);

function interned(style) {
    const key = JSON.stringify(style);
    if (styles.size > 4096) styles.clear();
    if (!styles.has(key)) styles.set(key, Object.freeze(style));
    return styles.get(key);
}

// What SGR's parameters set on their own, and how those that set a colour begin.
const SET = {
    0: PLAIN,
    1: { bold: true },
    2: { dim: true },
    3: { italic: true },
    4: { under: true },
    7: { reverse: true },
    9: { strike: true },
    22: { bold: false, dim: false },
    23: { italic: false },
    24: { under: false },
    27: { reverse: false },
    29: { strike: false },
    39: { fg: null },
    49: { bg: null },
};

function styled(style, parameters) {
    const next = { ...style };
    const numbers = parameters.split(";").map(Number);
    while (numbers.length) {
        const n = numbers.shift();
        const ground = (n % 100 >= 40 && n % 100 < 50) || n >= 100 ? "bg" : "fg";
        if (SET[n]) Object.assign(next, SET[n]);
        else if (n === 38 || n === 48) {
            next[ground] = numbers.shift() === 5 ? numbers.shift() : `#${numbers.splice(0, 3).map(hex).join("")}`;
        } else next[ground] = (n % 10) + (n >= 90 ? 8 : 0);
    }
    return interned(next);
}

// What a reader takes for one character (UAX #29), and how many cells the server gives it (UAX #11).
const segmenter = new Intl.Segmenter();
const ASCII = /^[ -~]*$/;
const EMOJI = /^(?:\p{RI}\p{RI}|\p{Emoji}\ufe0f|\p{Emoji}.*(?:\u200d|\p{EMod}))/u;
const UNSEEN = /^[\p{Gr_Ext}\p{DI}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
const WIDE = new RegExp(
    "^[\\p{EPres}\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97c\\uac00-\\ud7a3" +
        "\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6\\u{16fe0}-\\u{18dff}" +
        "\\u{1aff0}-\\u{1b2ff}\\u{1f200}-\\u{1f2ff}\\u{20000}-\\u{3fffd}]$",
    "u",
);

function clustersOf(text) {
    return ASCII.test(text) ? [...text] : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOf(cluster) {
    if (ASCII.test(cluster)) return cluster.length;
    if (EMOJI.test(cluster)) return 2;
    return [...cluster].reduce(
        (width, c) => width + (UNSEEN.test(c) ? 0 : WIDE.test(c) && !/\p{RI}/u.test(c) ? 2 : 1),
        0,
    );
}
