// The screen: rows of text in the page.
"use strict";

const make = (tag, name, more) => Object.assign(document.createElement(tag), { className: name }, more);

// What a link may lead to.
const SAFE = /^(?:https?|mailto|tel|sftp|ssh|xmpp|matrix|sip):/i;
// Columns that there should be: where a reader's own size of text leaves fewer, it is made smaller, down to a share of
// it.
const COLUMNS = 44;
const SMALLEST = 0.75;
// The server's bounds (terminal::LARGEST).
const MOST_COLUMNS = 400;
const MOST_LINES = 150;
// Rows that are kept above the screen in plain lines.
const HISTORY = 1000;
// Signs that belong to a Latin word before them, also at the end of words from right to left: plain@, C++, C#. There an
// unseen mark follows them (UAX #9, section 2.6).
const LATIN_END = /([A-Za-z0-9][@+#]+)(?![A-Za-z0-9@+#])/g;
const LEFT_TO_RIGHT_MARK = "\u200e";

class Screen {
    constructor(element) {
        this.element = element;
        this.history = element.appendChild(make("div", "history"));
        this.grid = element.appendChild(make("div", "grid"));
        this.caret = this.grid.appendChild(make("div", "caret"));
        this.rows = [];
        // Whether rows begin at the right.
        this.mirrored = false;
        this.known = new Map();
        this.context = document.createElement("canvas").getContext("2d");
    }

    // Finds the size of a cell, in whole pixels of the device so that shapes meet; how many columns and lines fit.
    measure() {
        const { element, context } = this;
        element.style.fontSize = "";
        const style = getComputedStyle(element);
        const [pixel, own] = [1 / (devicePixelRatio || 1), parseFloat(style.fontSize)];
        const room = (side, before, after) => side - parseFloat(before) - parseFloat(after);
        // The first cell begins with a pixel.
        this.grid.style.margin = "0";
        const corner = this.grid.getBoundingClientRect();
        const [top, left] = [corner.top, corner.left].map((at) => Math.ceil(at / pixel - 0.01) * pixel - at);
        this.grid.style.margin = `${top}px 0 0 ${left}px`;
        const across = room(element.clientWidth, style.paddingLeft, style.paddingRight) - left;
        const down = room(element.clientHeight, style.paddingTop, style.paddingBottom) - top;
        const advance = (size) => {
            context.font = `${size}px ${style.fontFamily}`;
            return context.measureText("0".repeat(100)).width / 100;
        };
        const size = Math.min(own, Math.max(own * SMALLEST, (own * across) / (COLUMNS * advance(own))));
        this.advance = advance(size);
        this.width = Math.max(1, Math.round(this.advance / pixel)) * pixel;
        this.height = Math.round((size * 1.3) / pixel) * pixel;
        this.pixel = pixel;
        this.pixels = [this.width, this.height].map((side) => Math.round(side / pixel));
        this.known.clear();
        Object.assign(element.style, {
            fontSize: `${size}px`,
            lineHeight: `${this.height}px`,
            letterSpacing: `${this.width - this.advance}px`,
        });
        this.forget();
        const fitting = (side, cell, most) => Math.min(most, Math.max(1, Math.floor((side + pixel / 2) / cell)));
        return [fitting(across, this.width, MOST_COLUMNS), fitting(down, this.height, MOST_LINES)];
    }

    // Has each row drawn anew when it is touched.
    forget() {
        this.rows.forEach((row) => {
            row.cells = null;
        });
    }

    // Whether a character is as wide in the font as its cells.
    fits(text, columns) {
        if (ASCII.test(text)) return true;
        if (!this.known.has(text)) {
            const off = this.context.measureText(text).width - columns * this.advance;
            this.known.set(text, Math.abs(off) < this.advance / 50);
        }
        return this.known.get(text);
    }

    // Shows what has changed of a terminal.
    draw(terminal) {
        for (const cells of terminal.scrolled.splice(0)) {
            this.history.append(this.row(cells));
            if (this.history.childElementCount > HISTORY) this.history.firstChild.remove();
        }
        while (this.rows.length < terminal.lines)
            this.rows.push({ element: this.grid.appendChild(make("div", "row")) });
        while (this.rows.length > terminal.lines) this.rows.pop().element.remove();
        const mirrored = terminal.touched.size ? isMirrored(terminal.rows) : this.mirrored;
        if (mirrored !== this.mirrored) {
            this.mirrored = mirrored;
            this.forget();
            touchAll(terminal);
        }
        for (const y of terminal.touched) {
            const [row, cells] = [this.rows[y], terminal.rows[y]];
            if (!row || (row.cells?.length === cells.length && row.cells.every((cell, x) => cell === cells[x])))
                continue;
            const drawn = this.row(cells);
            row.element.replaceWith(drawn);
            Object.assign(row, { element: drawn, cells: [...cells] });
        }
        terminal.touched.clear();
        this.caret.hidden = !terminal.cursor;
        Object.assign(this.caret.style, {
            width: `${this.width}px`,
            height: `${this.height}px`,
            transform: `translate(${column(terminal) * this.width}px, ${terminal.y * this.height}px)`,
        });
        this.history.hidden = terminal.alternate;
        // Lines are followed to the one that is written.
        const [grid, room] = [this.grid, this.element].map((one) => one.getBoundingClientRect());
        const below = grid.top + (terminal.y + 1) * this.height - room.bottom;
        if (!terminal.alternate && below > 0) this.element.scrollTop += below;
    }

    row(cells) {
        const row = make("div", "row");
        row.style.height = `${this.height}px`;
        const end = cells.findLastIndex((cell) => cell !== BLANK) + 1;
        const fits = (text, columns) => this.fits(text, columns);
        row.append(...runs(cells.slice(0, end), fits, this.width, this.height).map((run) => this.run(run)));
        return row;
    }

    run({ text, columns, style, link, kind, runs: within }) {
        if (kind === "rtl") {
            // Signs and words from the left stand on the side where the row begins.
            const phrase = make("span", kind, { dir: this.mirrored ? "rtl" : "ltr" });
            const marked = (one) => ({ ...one, text: one.text.replace(LATIN_END, `$1${LEFT_TO_RIGHT_MARK}`) });
            phrase.append(...within.map((one) => this.run(marked(one))));
            // Letters that take their shapes from each other have no cells of their own; all of them fit.
            const needed = this.context.measureText(within.map(({ text: part }) => part).join("")).width;
            const share = Math.min(1, (columns * this.width) / needed);
            Object.assign(phrase.style, {
                width: `${columns * this.width}px`,
                height: `${this.height}px`,
                fontSize: `${share * 100}%`,
            });
            return phrase;
        }
        if (style === PLAIN && !link && (kind === "blank" || kind === "text")) return document.createTextNode(text);
        const leads = link && SAFE.test(link.address);
        const element = make(leads ? "a" : "span", kind, { textContent: text });
        if (leads)
            Object.assign(element, { href: link.address, target: "_blank", rel: "noopener noreferrer", tabIndex: -1 });
        const look = element.style;
        let [ink, paper] = [css(style.fg, null), css(style.bg, null)];
        if (style.reverse) [ink, paper] = [paper ?? "var(--paper)", ink ?? "var(--ink)"];
        if (style.dim) ink = `color-mix(in srgb, ${ink ?? "var(--ink)"} 60%, ${paper ?? "var(--paper)"})`;
        if (style.bold) look.fontWeight = "bold";
        if (style.italic) look.fontStyle = "italic";
        look.textDecorationLine = `${style.under ? "underline " : ""}${style.strike ? "line-through" : ""}` || "none";
        if (paper) element.classList.add("filled");
        if (paper || ["shape", "box", "word"].includes(kind)) {
            Object.assign(look, { width: `${columns * this.width}px`, height: `${this.height}px` });
        }
        if (kind === "shape") look.background = background(text, ...this.pixels, this.pixel, ink ?? "var(--ink)");
        else if (ink) look.color = ink;
        if (paper) look.backgroundColor = paper;
        return element;
    }

    // Selected text without what is only there to show it: blanks that lead to it, and marks.
    copied(text) {
        const lines = text.replaceAll(LEFT_TO_RIGHT_MARK, "").split("\n");
        return lines.map((line) => (this.mirrored ? line.trim() : line.trimEnd())).join("\n");
    }

    // The column and the row at a place of the window.
    cellAt(x, y) {
        const box = this.grid.getBoundingClientRect();
        return [Math.floor((x - box.left) / this.width), Math.floor((y - box.top) / this.height)];
    }
}
