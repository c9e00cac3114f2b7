// The session in the page: the door, the terminal behind it, and what is said when it is over.
"use strict";

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
        [hearKeys, hearText, hearClipboard, hearPointer].forEach((hear) => hear(this));
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
            else if (["Escape", "Enter"].includes(key) && !this.isPlain) this.takeText(INPUT_MODE);
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
        this.connection?.hangUp();
        this.connection = null;
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
        // A choice is typed.
        this.field.inputMode = isPlain ? "text" : INPUT_MODE;
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
        const told = {
            size: this.size,
            language: document.documentElement.lang,
            ground: this.terminal.paper.reduce((sum, part) => sum + part) < 384 ? "dark" : "light",
            words: Object.keys(asked).filter((word) => asked[word]),
            page: location.hash.slice(1),
        };
        this.connection = new Connection(told, {
            // The window may have another size by now.
            opened: () => this.resized(),
            heard: (bytes) => {
                feed(this.terminal, bytes);
                this.follow();
            },
            ended: (event, reached) => this.ended(event, reached),
        });
    }

    send(text) {
        this.connection?.send(text);
    }

    // Does what the bytes asked for.
    follow() {
        const { terminal } = this;
        terminal.replies.splice(0).forEach((reply) => this.send(reply));
        if (terminal.copied !== null) {
            // Where the browser lets nothing be copied, the session takes back what it has said.
            const copying = navigator.clipboard?.writeText(terminal.copied) ?? Promise.reject();
            copying.catch(() => this.connection?.tell(UNCOPIED));
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
    ended({ code, reason }, reached) {
        this.connection = null;
        Object.assign(this.terminal, { holding: false, cursor: false });
        this.draw();
        const refused = ["address", "site", "rate"].includes(reason) ? this.words.many : this.words.full;
        // A browser does not say why a socket was never opened.
        const failed = reached ? this.words.lost : this.words.unreachable;
        this.said.textContent = { [ENDED]: "", [TRY_AGAIN]: refused }[code] ?? failed;
        this.root.classList.toggle("empty", this.terminal.rows.flat().every((cell) => cell === BLANK));
        this.told.hidden = false;
        this.again.focus();
    }

    resized() {
        if (this.root.hidden) return;
        const [columns, lines] = this.screen.measure();
        // A session that is over draws no more: what it showed stays.
        if (this.connection && (columns !== this.terminal.columns || lines !== this.terminal.lines))
            resize(this.terminal, columns, lines);
        const size = `${columns}x${lines}`;
        if (this.connection?.isOpen && size !== this.size) this.connection.tell((this.size = size));
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
