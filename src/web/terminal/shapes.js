// How cells are drawn: as text, and lines, blocks and dots as shapes, since fonts differ in where theirs begin and end.
"use strict";

// Rectangles in a cell of eight by eight: [x0, y0, x1, y1].
const BLOCKS = { "▀": [0, 0, 8, 4], "█": [0, 0, 8, 8], "▐": [4, 0, 8, 8], "▔": [0, 0, 8, 1], "▕": [7, 0, 8, 8] };
[..."▁▂▃▄▅▆▇"].forEach((c, n) => {
    BLOCKS[c] = [0, 7 - n, 8, 8];
});
[..."▏▎▍▌▋▊▉"].forEach((c, n) => {
    BLOCKS[c] = [0, 0, n + 1, 8];
});
// The bits of each are its quarters: upper left, upper right, lower left, lower right.
const QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█";
// Lines by their arms to the left, to the right, up and down: 1 is light, 2 heavy.
const LINES = {
    "─": "1100",
    "━": "2200",
    "│": "0011",
    "┃": "0022",
    "┌": "0101",
    "┐": "1001",
    "└": "0110",
    "┘": "1010",
    "├": "0111",
    "┤": "1011",
    "┬": "1101",
    "┴": "1110",
    "┼": "1111",
    "╭": "0101",
    "╮": "1001",
    "╰": "0110",
    "╯": "1010",
    "╴": "1000",
    "╵": "0010",
    "╶": "0100",
    "╷": "0001",
    "╸": "2000",
    "╹": "0020",
    "╺": "0200",
    "╻": "0002",
};
const ROUND = "╭╮╰╯";
// Where the dots of a braille pattern stand, by its bits: column and row.
const DOTS = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
    [0, 3],
    [1, 3],
];

// The rectangles of a character in a cell of this size; null for one that is written.
function shape(c, width, height) {
    // The edges of a cell may lie between two pixels of CSS; all else does not.
    const at = (eighths, side) => (eighths === 8 ? side : Math.round((eighths * side) / 8));
    const eighths = ([x0, y0, x1, y1]) => [at(x0, width), at(y0, height), at(x1, width), at(y1, height)];
    const quarters = QUARTERS.indexOf(c);
    if (c === " ") return null;
    if (BLOCKS[c]) return [eighths(BLOCKS[c])];
    if (quarters > 0) {
        const is = [0, 1, 2, 3].filter((n) => (quarters >> n) & 1).map((n) => [(n % 2) * 4, (n >> 1) * 4]);
        return is.map(([x, y]) => eighths([x, y, x + 4, y + 4]));
    }
    if (LINES[c] || c === "═") return line(c, width, height);
    const bits = c.codePointAt(0) - 0x2800;
    if (bits < 0 || bits > 255) return null;
    const dot = Math.max(1, Math.round(Math.min(width / 2, height / 4) / 2));
    return DOTS.filter((_, n) => (bits >> n) & 1).map(([column, row]) => {
        const x = Math.round(((2 * column + 1) * width) / 4 - dot / 2);
        const y = Math.round(((2 * row + 1) * height) / 8 - dot / 2);
        return [x, y, x + dot, y + dot];
    });
}

function line(c, width, height) {
    const thin = Math.max(1, Math.round(width / 8));
    const [x, y] = [Math.floor((width - thin) / 2), Math.floor((height - thin) / 2)];
    if (c === "═")
        return [
            [0, y - thin, width, y],
            [0, y + thin, width, y + 2 * thin],
        ];
    const [left, right, up, down] = [...LINES[c]].map(Number);
    // A round corner leaves its middle out.
    const gap = ROUND.includes(c) ? thin : 0;
    const arms = [
        [left, 0, y, x + thin - gap, y + left * thin],
        [right, x + gap, y, width, y + right * thin],
        [up, x, 0, x + up * thin, y + thin - gap],
        [down, x, y + gap, x + down * thin, height],
    ];
    return arms.filter(([weight]) => weight).map(([, ...arm]) => arm);
}

// The background that draws a run of such characters, in cells of so many pixels of the device: for each band of rows
// of pixels, a gradient along it.
function background(text, width, height, pixel, color) {
    const bands = new Map();
    [...text].forEach((c, n) => {
        for (const [x0, y0, x1, y1] of shape(c, width, height)) {
            // What goes to the lower edge goes beyond it, and is cut there: no pixel is left out.
            const band = `0 ${y0 * pixel}px / 100% ${(y1 + (y1 === height) - y0) * pixel}px`;
            if (!bands.has(band)) bands.set(band, []);
            const filled = bands.get(band);
            const [from, to] = [n * width + x0, n * width + x1].map((x) => x * pixel);
            if (filled.at(-1)?.[1] >= from) filled.at(-1)[1] = to;
            else filled.push([from, to]);
        }
    });
    return Array.from(bands, ([band, filled]) => {
        const stops = filled.map(
            ([from, to]) => `transparent ${from}px, ${color} ${from}px ${to}px, transparent ${to}px`,
        );
        return `linear-gradient(90deg, ${stops.join(", ")}) ${band} no-repeat`;
    }).join(", ");
}

const RIGHT_TO_LEFT = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

// Whether rows begin at the right: most of them have letters that are written from there.
function isMirrored(rows) {
    const written = rows.filter((row) => row.some(({ text }) => text.trim()));
    return 2 * written.filter((row) => row.some(({ text }) => RIGHT_TO_LEFT.test(text))).length > written.length;
}

// For each cell the number of the phrase that it is in, where that has letters from right to left; 0 for all others. A
// phrase goes up to two blanks or a shape: the server puts those to the right of others that come before them, but
// leaves the order within them to the terminal.
function phrases(cells, width, height) {
    const numbers = new Array(cells.length).fill(0);
    const text = (at) => cells[at]?.text ?? " ";
    let from = 0;
    for (let at = 0; at <= cells.length; at += 1) {
        if (!((text(at) === " " && text(at + 1) === " ") || shape(text(at) || "a", width, height))) continue;
        let end = at;
        while (from < end && text(from) === " ") from += 1;
        while (from < end && text(end - 1) === " ") end -= 1;
        if (cells.slice(from, end).some((cell) => RIGHT_TO_LEFT.test(cell.text))) numbers.fill(at, from, end);
        from = at + 1;
    }
    return numbers;
}

// Letters of India and its neighbours, which take their shapes from each other: Devanagari to Sinhala, Thai to Burmese,
// Khmer.
const SHAPED = /^[\u0900-\u109f\u1780-\u17ff]/;

// A row as runs of cells that are drawn alike: "shape", "text", "blank", "word" of letters that take their shapes from
// each other, or "box": a character whose width in the font is not that of its cells, as `fits` says. A phrase from right
// to left is one "rtl" that has runs of its own.
function runs(cells, fits, width, height) {
    const found = [];
    const phrase = phrases(cells, width, height);
    cells.forEach(({ text, width: columns, style, link }, at) => {
        if (columns === 0) return;
        let into = found;
        if (phrase[at]) {
            if (found.at(-1)?.phrase !== phrase[at])
                found.push({ kind: "rtl", phrase: phrase[at], columns: 0, runs: [] });
            into = found.at(-1).runs;
            found.at(-1).columns += columns;
        }
        const kind =
            text === " "
                ? "blank"
                : shape(text, width, height)
                  ? "shape"
                  : SHAPED.test(text)
                    ? "word"
                    : RIGHT_TO_LEFT.test(text) || fits(text, columns)
                      ? "text"
                      : "box";
        const last = into.at(-1);
        const joins =
            last?.style === style &&
            last.link === link &&
            kind !== "box" &&
            last.kind !== "box" &&
            (last.kind === kind ||
                (kind === "blank" && last.kind === "text") ||
                (last.kind === "blank" && kind === "text"));
        if (!joins) {
            into.push({ text, columns, style, link, kind });
            return;
        }
        last.text += text;
        last.columns += columns;
        if (last.kind === "blank") last.kind = kind;
    });
    return found;
}

// A colour as CSS has it: the first sixteen are the page's, the others those of xterm.
function css(color, otherwise) {
    if (color === null) return otherwise;
    if (typeof color === "string") return color;
    if (color < 16) return `var(--color-${color})`;
    if (color > 231) return `#${hex(8 + (color - 232) * 10).repeat(3)}`;
    const part = (n) => hex(n % 6 ? 55 + (n % 6) * 40 : 0);
    const cube = color - 16;
    return `#${part(Math.floor(cube / 36))}${part(Math.floor(cube / 6))}${part(cube)}`;
}
