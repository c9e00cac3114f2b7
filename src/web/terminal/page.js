// The session in the page: the door, the socket, and the visitor's hands.
"use strict";

// Why a socket closed (RFC 6455, section 7.4.1, and the registry of IANA).
const ENDED = 1000;
const TRY_AGAIN = 1013;
// The server takes twice as much (session.rs).
const LONGEST_MESSAGE = 4096;
// What the session is told when nothing could be copied (session.rs).
const UNCOPIED = "uncopied";
// Keys for screens that have none.
const SOFT_KEYS = {
    Esc: "Escape",
    "←": "ArrowLeft",
    "↓": "ArrowDown",
    "↑": "ArrowUp",
    "→": "ArrowRight",
    "⏎": "Enter",
    "␣": " ",
    "/": "/",
    "?": "?",
};
// The key that leads from the terminal, which takes Tab, to the buttons above it, and back.
const BAR_KEY = "F6";
// Without a search, a touch screen shows no keyboard of its own: it would cover a part of the terminal.
const INPUT_MODE = matchMedia("(pointer: coarse)").matches ? "none" : "text";
// Keys by which a browser scrolls.
const SCROLLING = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
// One step of the card's wheel is three rows.
const WHEEL_ROWS = 3;
// From so many pixels on, a finger to a side means another page.
const SWIPE = 60;
// What stands in the field for typed text, so that a deletion on a soft keyboard is seen.
const SENTINEL = " ";

class Session {
    constructor(root) {
        this.root = root;
        // In the reader's language.
        this.words = root.dataset;
        const bar = root.appendChild(make("div", "bar"));
        this.title = bar.appendChild(make("span", "title", { id: "_title", dir: "auto" }));
        root.setAttribute("aria-labelledby", this.title.id);
        this.plain = this.button(bar, this.words.plain, () => this.begin(!this.isPlain));
        Object.assign(this.plain, { className: "plain", title: BAR_KEY, ariaKeyShortcuts: BAR_KEY });
        this.button(bar, "×", leave, this.words.close);
        this.body = root.appendChild(make("div", "body"));
        this.screen = new Screen(this.body);
        this.field = root.appendChild(
            make("textarea", "field", {
                value: SENTINEL,
                spellcheck: false,
                autocapitalize: "off",
                autocomplete: "off",
                ariaLabel: this.words.keyboard,
            }),
        );
        this.field.inputMode = INPUT_MODE;
        const keys = root.appendChild(make("div", "keys"));
        for (const [label, key] of Object.entries(SOFT_KEYS)) this.softKey(keys, label, key);
        this.button(keys, "⌨", () => this.toggleKeyboard(), this.words.keyboard);
        this.told = root.appendChild(make("div", "told", { hidden: true, role: "status" }));
        this.said = this.told.appendChild(make("p", "said", { dir: "auto" }));
        this.again = this.button(this.told, this.words.again, () => this.begin(this.isPlain));
        this.button(this.told, this.words.close, leave);
        root.setAttribute("role", "dialog");
        root.setAttribute("aria-modal", "true");
        this.hearKeys();
        this.hearPointer();
        new ResizeObserver(() => this.resized()).observe(this.body);
        visualViewport?.addEventListener("resize", () => {
            // A soft keyboard makes it smaller; to zoom in does not.
            root.style.height = `${visualViewport.height * visualViewport.scale}px`;
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolored());
    }

    button(parent, label, act, name = label) {
        const button = parent.appendChild(make("button", "", { type: "button", textContent: label, ariaLabel: name }));
        button.addEventListener("click", () => {
            act();
            if (this.told.hidden) this.focus();
        });
        return button;
    }

    // A key of the screen, which acts when it goes down, as keys do.
    softKey(parent, label, key) {
        const button = parent.appendChild(make("button", "", { type: "button", textContent: label }));
        if (!ASCII.test(label)) button.ariaLabel = key.trim() || "Space";
        button.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            this.send(keyBytes({ key }));
            // What is sought is typed.
            if (key === "/") this.takeText("text");
            else if (["Escape", "Enter"].includes(key)) this.takeText(INPUT_MODE);
        });
    }

    // Whether the browser shows a keyboard for the field ("text") or not ("none").
    takeText(mode) {
        if (this.field.inputMode === mode) return;
        this.field.blur();
        this.field.inputMode = mode;
        this.focus();
    }

    focus() {
        this.field.focus({ preventScroll: true });
    }

    hearKeys() {
        // Where text is selected, the page has the focus.
        document.addEventListener("keydown", (event) => {
            if (this.root.hidden) return;
            if (!this.told.hidden) {
                if (event.key === "Escape") leave();
                return;
            }
            if (event.key === BAR_KEY) {
                event.preventDefault();
                if (document.activeElement === this.plain) this.focus();
                else this.plain.focus();
                return;
            }
            const isButton = event.target.tagName === "BUTTON" && ["Enter", " ", "Tab"].includes(event.key);
            // Ctrl-C copies what is selected.
            const copies = event.ctrlKey && event.key === "c" && !getSelection().isCollapsed;
            // Plain lines are scrolled where they have the focus.
            const scrolls = event.target === this.body && SCROLLING.includes(event.key);
            const bytes = event.isComposing || isButton || copies || scrolls ? "" : keyBytes(event);
            if (bytes) event.preventDefault();
            this.send(bytes);
        });
        // Whatever writes without keys: soft keyboards, compositions, dictation.
        const take = () => {
            const { value } = this.field;
            this.send(
                value.startsWith(SENTINEL) ? value.slice(SENTINEL.length) : `${keyBytes({ key: "Backspace" })}${value}`,
            );
            this.field.value = SENTINEL;
        };
        this.field.addEventListener("input", (event) => {
            if (!event.isComposing) take();
        });
        this.field.addEventListener("compositionend", take);
        document.addEventListener("paste", (event) => {
            if (this.root.hidden) return;
            event.preventDefault();
            this.send(pasteBytes(this.terminal, event.clipboardData.getData("text")));
        });
    }

    hearPointer() {
        const { body } = this;
        body.addEventListener("click", (event) => {
            // A link is the browser's, and so is text that is selected.
            if (event.target.closest("a") || !getSelection().isCollapsed || !this.told.hidden) return;
            this.focus();
            if (this.terminal.mouse) this.send(mouseBytes(CLICK, ...this.screen.cellAt(event.clientX, event.clientY)));
        });
        // Blanks that only lead to what is drawn are not copied.
        document.addEventListener("copy", (event) => {
            const selected = getSelection();
            if (this.root.hidden || !body.contains(selected.anchorNode)) return;
            event.preventDefault();
            const lines = selected.toString().split("\n");
            event.clipboardData.setData("text/plain", lines.map((line) => line.trimEnd()).join("\n"));
        });
        let turned = 0;
        const turn = (pixels, x, y) => {
            const step = WHEEL_ROWS * this.screen.height;
            for (turned += pixels; Math.abs(turned) >= step; turned -= Math.sign(turned) * step) {
                this.send(mouseBytes(turned < 0 ? WHEEL_UP : WHEEL_DOWN, ...this.screen.cellAt(x, y)));
            }
        };
        body.addEventListener(
            "wheel",
            (event) => {
                if (!this.terminal.mouse || event.ctrlKey) return;
                event.preventDefault();
                // In pixels, rows or pages.
                const unit = [1, this.screen.height, this.screen.height * this.terminal.lines][event.deltaMode];
                turn(event.deltaY * unit, event.clientX, event.clientY);
            },
            { passive: false },
        );
        // A finger up and down scrolls; to a side it goes to another page.
        let from = null;
        let last = null;
        body.addEventListener(
            "touchstart",
            ({ touches }) => {
                from = last = touches.length === 1 ? touches[0] : null;
            },
            { passive: true },
        );
        body.addEventListener(
            "touchmove",
            ({ touches: [touch] }) => {
                if (!last) return;
                const [x, y] = [touch.clientX - from.clientX, touch.clientY - from.clientY].map(Math.abs);
                if (y > x && this.terminal.mouse) turn(last.clientY - touch.clientY, from.clientX, from.clientY);
                last = touch;
            },
            { passive: true },
        );
        body.addEventListener("touchend", () => {
            if (!last) return;
            const [x, y] = [last.clientX - from.clientX, last.clientY - from.clientY];
            const mirrored = document.documentElement.dir === "rtl";
            if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y))
                this.send(keyBytes({ key: "Tab", shiftKey: x > 0 !== mirrored }));
            last = null;
        });
    }

    toggleKeyboard() {
        this.takeText(this.field.inputMode === "none" ? "text" : "none");
    }

    // Covers the page with the terminal.
    open() {
        if (!history.state?.terminal) history.pushState({ terminal: true }, "");
        this.root.hidden = false;
        beside(this.root).forEach((other) => {
            other.inert = true;
        });
        document.documentElement.classList.add("in-terminal");
        this.titleBefore = document.title;
        this.begin(false);
    }

    // Gives the page back.
    close() {
        this.hangUp();
        this.root.hidden = true;
        beside(this.root).forEach((other) => {
            other.inert = false;
        });
        document.documentElement.classList.remove("in-terminal");
        document.title = this.titleBefore;
    }

    hangUp() {
        const { socket } = this;
        this.socket = null;
        socket?.close();
    }

    // Begins a session, as pages or in plain lines.
    begin(isPlain) {
        this.hangUp();
        this.isPlain = isPlain;
        this.plain.setAttribute("aria-pressed", isPlain);
        this.told.hidden = true;
        this.root.classList.remove("empty");
        // Plain lines are read out as they come. A screen is none to listen to; the page behind it has all that it has.
        const roles = isPlain ? { role: "log", "aria-hidden": "false" } : { role: "none", "aria-hidden": "true" };
        Object.entries(roles).forEach(([name, value]) => this.body.setAttribute(name, value));
        if (isPlain) this.body.tabIndex = 0;
        else this.body.removeAttribute("tabindex");
        this.screen.history.replaceChildren();
        const size = this.screen.measure();
        this.terminal = newTerminal(...size);
        this.terminal.paper = this.paper();
        this.draw();
        this.focus();
        const asked = {
            plain: isPlain,
            still: matches("(prefers-reduced-motion: reduce)"),
            mono: matches("(forced-colors: active)"),
        };
        this.size = size.join("x");
        const told = Object.entries({
            size: this.size,
            language: document.documentElement.lang,
            ground: this.terminal.paper.reduce((sum, part) => sum + part) < 384 ? "dark" : "light",
            words: Object.keys(asked).filter((word) => asked[word]),
            page: location.hash.slice(1),
        });
        const query = told.map((pair) => pair.join("=")).join("&");
        const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/session?${query}`, "sshcard");
        this.socket = socket;
        socket.binaryType = "arraybuffer";
        this.reached = false;
        socket.onopen = () => {
            this.reached = true;
            // The window may have another size by now.
            this.resized();
        };
        socket.onmessage = ({ data }) => {
            if (socket !== this.socket) return;
            feed(this.terminal, new Uint8Array(data));
            this.follow();
        };
        socket.onclose = (event) => {
            if (socket === this.socket) this.ended(event);
        };
    }

    // A message that is not typed.
    tell(text) {
        if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
    }

    send(text) {
        if (this.socket?.readyState !== WebSocket.OPEN) return;
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; at += LONGEST_MESSAGE)
            this.socket.send(bytes.slice(at, at + LONGEST_MESSAGE));
    }

    // Does what the bytes asked for.
    follow() {
        const { terminal } = this;
        terminal.replies.splice(0).forEach((reply) => this.send(reply));
        if (terminal.copied !== null) {
            // Where the browser lets nothing be copied, the session takes back what it has said.
            const copying = navigator.clipboard?.writeText(terminal.copied) ?? Promise.reject();
            copying.catch(() => this.tell(UNCOPIED));
            terminal.copied = null;
        }
        this.due ||= requestAnimationFrame(() => this.draw());
    }

    draw() {
        this.due = 0;
        // A frame is shown whole.
        if (this.terminal.holding) return;
        this.screen.draw(this.terminal);
        const title = this.terminal.title || this.titleBefore;
        this.title.textContent = title;
        if (!this.root.hidden) document.title = title;
    }

    // The session is over, or never was one.
    ended({ code, reason }) {
        this.socket = null;
        Object.assign(this.terminal, { holding: false, cursor: false });
        this.draw();
        const refused = ["address", "site", "rate"].includes(reason) ? this.words.many : this.words.full;
        // A browser does not say why a socket was never opened.
        const failed = this.reached ? this.words.lost : this.words.unreachable;
        this.said.textContent = { [ENDED]: "", [TRY_AGAIN]: refused }[code] ?? failed;
        this.root.classList.toggle("empty", this.terminal.rows.flat().every((cell) => cell === BLANK));
        this.told.hidden = false;
        this.again.focus();
    }

    resized() {
        if (this.root.hidden) return;
        const [columns, lines] = this.screen.measure();
        // A session that is over draws no more: what it showed stays.
        if (this.socket && (columns !== this.terminal.columns || lines !== this.terminal.lines))
            resize(this.terminal, columns, lines);
        const size = `${columns}x${lines}`;
        if (this.socket?.readyState === WebSocket.OPEN && size !== this.size) this.tell((this.size = size));
        touchAll(this.terminal);
        this.draw();
    }

    // The page is dark now, or light: the session hears of it as if it had asked.
    recolored() {
        if (this.root.hidden) return;
        this.terminal.paper = this.paper();
        SEQUENCES["]11;?"](this.terminal);
        this.follow();
    }

    // What is behind the text, as red, green and blue.
    paper() {
        return getComputedStyle(this.body).backgroundColor.match(/\d+/g).slice(0, 3).map(Number);
    }
}

const matches = (query) => matchMedia(query).matches;

// Back to the page, as by the browser's own button; once, until the browser is there.
let isLeaving = false;
const leave = () => {
    if (isLeaving) return;
    isLeaving = true;
    history.back();
};

// What stands beside an element and those that it is in.
function beside(element) {
    const parent = element.parentElement;
    if (element === document.body) return [];
    return [...[...parent.children].filter((other) => other !== element), ...beside(parent)];
}

function start() {
    const [root, button] = ["_terminal", "_open"].map((id) => document.getElementById(id));
    if (!root || !button) return;
    const style = make("link", "", { rel: "stylesheet", href: "/terminal.css" });
    const styled = new Promise((resolve) => {
        style.onload = resolve;
    });
    document.head.append(style);
    let session = null;
    const open = async () => {
        await styled;
        session ??= new Session(root);
        if (root.hidden) session.open();
    };
    button.hidden = false;
    button.addEventListener("click", open);
    document.addEventListener("keydown", (event) => {
        const alone = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
        if (event.key !== "Enter" || !alone || !root.hidden || document.activeElement !== document.body) return;
        event.preventDefault();
        open();
    });
    addEventListener("popstate", () => {
        isLeaving = false;
        if (history.state?.terminal) open();
        else if (!root.hidden) {
            session.close();
            button.focus();
        }
    });
    if (history.state?.terminal) history.replaceState(null, "");
}

start();
