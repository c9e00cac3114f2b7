// The session on the web page in real browsers: `node tests/web/browsers.mjs BINARY [PICTURES]`. Pictures of what is
// seen go to the folder PICTURES.
import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium, firefox } from "playwright-core";
import { DEADLINE, serve as serveBy, stop } from "./server.mjs";

const [binary, pictures] = process.argv.slice(2);
const serve = (...how) => serveBy(binary, ...how);

// What is on the screen.
const text = (page) => page.locator("#_terminal .grid").innerText();
const sees = (page, words) =>
    page.waitForFunction(
        (expected) => {
            const grid = document.querySelector("#_terminal .grid");
            return grid?.textContent.replaceAll("\u00a0", " ").includes(expected);
        },
        words,
        { timeout: DEADLINE },
    );
// Waits until something else is on the screen than these words.
const changes = (page, before) =>
    page.waitForFunction((old) => document.querySelector("#_terminal .grid").innerText !== old, before, {
        timeout: DEADLINE,
    });

// The middle of the first words like these on the screen.
const middle = (page, words) =>
    page.evaluate((wanted) => {
        const walker = document.createTreeWalker(document.querySelector("#_terminal .grid"), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(wanted);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + wanted.length);
            const box = range.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }
        throw new Error(`there is no ${wanted}`);
    }, words);

// Where the first and the last character of words stand from the left.
const lefts = (page, words) =>
    page.evaluate((wanted) => {
        const walker = document.createTreeWalker(document.querySelector("#_terminal .grid"), NodeFilter.SHOW_TEXT);
        const signs = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode())
            [...node.data].forEach((sign, at) => sign !== "\u200e" && signs.push([sign, node, at]));
        const from = signs.map(([sign]) => sign).join("").replaceAll("\u00a0", " ").indexOf(wanted);
        return [from, from + wanted.length - 1].map((n) => {
            const [, node, at] = signs[n];
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
        });
    }, words);

async function opened(page, url, words) {
    await page.goto(url);
    await page.locator("#_open").click();
    await sees(page, words);
}

// Every run of a row begins at the column where it should, in whole cells, and rows are as high as they should be.
async function linesUp(page) {
    const wrong = await page.evaluate(() => {
        const grid = document.querySelector("#_terminal .grid");
        const body = document.querySelector("#_terminal .body");
        const height = parseFloat(body.style.lineHeight);
        const probe = Object.assign(document.createElement("span"), { textContent: "0".repeat(20) });
        grid.append(probe);
        const width = probe.getBoundingClientRect().width / 20;
        probe.remove();
        const [left, top] = [grid.getBoundingClientRect().left, grid.getBoundingClientRect().top];
        const wrong = [];
        [...grid.querySelectorAll(".row")].forEach((row, y) => {
            const place = row.getBoundingClientRect();
            if (Math.abs(place.top - top - y * height) > 1) wrong.push(["row", y, place.top - top, y * height]);
            let column = 0;
            for (const node of row.childNodes) {
                const range = document.createRange();
                range.selectNode(node);
                const box =
                    node.nodeType === Node.TEXT_NODE ? range.getBoundingClientRect() : node.getBoundingClientRect();
                if (Math.abs(box.left - left - column * width) > 1)
                    wrong.push([node.textContent, y, (box.left - left) / width, column]);
                // A box says its own width; all other characters take a cell each.
                column += node.style?.width
                    ? Math.round(parseFloat(node.style.width) / width)
                    : [...node.textContent].length;
            }
        });
        return wrong;
    });
    assert.deepEqual(wrong, []);
}

// Words on the screen whose contrast with what is behind them is less than 4.5:1 (WCAG 2.2, 1.4.3).
const faint = (page) =>
    page.evaluate(() => {
        const body = document.querySelector("#_terminal .body");
        const channels = (color) => {
            const parts = color.match(/[\d.]+/g).map(Number);
            return color.startsWith("color(") ? parts : parts.map((part, n) => (n < 3 ? part / 255 : part));
        };
        const luminance = (color) =>
            channels(color)
                .slice(0, 3)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
                .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
        const style = (element) => getComputedStyle(element);
        const behind = (element) => {
            const { backgroundColor } = style(element);
            return channels(backgroundColor)[3] === 0 ? style(body).backgroundColor : backgroundColor;
        };
        return [...body.querySelectorAll(".grid .row, .grid .row *:not(.shape)")]
            .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
            .filter((element) => {
                const [ink, paper] = [style(element).color, behind(element)].map(luminance).sort((a, b) => b - a);
                return (ink + 0.05) / (paper + 0.05) < 4.5;
            })
            .map((element) => `${element.textContent}: ${style(element).color}`);
    });

// Does something until this is seen: a session has to hear first that the page reports the mouse, and where the machine
// is slow, Chromium takes a tap for a long press.
async function until(page, words, act) {
    for (const end = Date.now() + DEADLINE; Date.now() < end;) {
        await act();
        const seen = await page
            .waitForFunction(
                (expected) => {
                    return document.querySelector("#_terminal .grid")?.textContent.includes(expected);
                },
                words,
                { timeout: 2000 },
            )
            .catch(() => null);
        if (seen) return;
    }
    throw new Error(`in vain: ${words}`);
}

const picture = (page, name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`) });

const tests = {
    async "the page opens the terminal, and keys are answered"({ page, url, name }) {
        await page.goto(url);
        assert.equal(await page.locator("#_terminal").isVisible(), false);
        await page.locator("#_open").click();
        await sees(page, "kept in a hearing aid");
        assert.equal(await page.locator("#_terminal .body").getAttribute("aria-hidden"), "true");
        assert.equal(await page.locator("main").evaluate((main) => main.inert), true);
        await linesUp(page);
        await picture(page, `${name}-card`);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        await sees(page, "Bryde Labs");
        await linesUp(page);
        await page.keyboard.press("/");
        await page.keyboard.type("quant");
        await sees(page, "quant");
        await linesUp(page);
        await picture(page, `${name}-search`);
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await sees(page, "where an entry belongs");
        await linesUp(page);
    },

    async "an exhibit moves"({ page, url, name }) {
        await opened(page, `${url}#stack`, "one layer on top");
        await page.keyboard.press("Enter");
        await sees(page, "tile by tile");
        await page.keyboard.press("Space");
        const before = await text(page);
        await changes(page, before);
        await sees(page, "GFLOP/s");
        await linesUp(page);
        await picture(page, `${name}-exhibit`);
    },

    async "the size follows the window"({ page, url, name }) {
        await opened(page, url, "kept in a hearing aid");
        for (const [width, height] of [
            [320, 568],
            [760, 900],
            [1400, 900],
            [2560, 1300],
        ]) {
            const before = await text(page);
            await page.setViewportSize({ width, height });
            await changes(page, before);
            await sees(page, "hang up");
            await linesUp(page);
            await picture(page, `${name}-${width}`);
        }
        await page.setViewportSize({ width: 1000, height: 700 });
    },

    async "it ends, opens again and gives the page back"({ page, url }) {
        await page.goto(url);
        await page.keyboard.press("Enter");
        await sees(page, "kept in a hearing aid");
        await page.keyboard.press("q");
        await page.locator("#_terminal .told").waitFor({ timeout: DEADLINE });
        assert.equal(await page.locator("#_terminal .said").innerText(), "");
        await sees(page, "Come back");
        const tops = await page.evaluate(() => {
            const parts = [".grid .row", ".body"].map((part) => document.querySelector(`#_terminal ${part}`));
            return parts.map((part) => part.getBoundingClientRect().top);
        });
        assert.ok(tops[0] >= tops[1], "the goodbye is not scrolled away");
        await page.keyboard.press("Enter");
        await page.locator("#_terminal .told").waitFor({ state: "hidden", timeout: DEADLINE });
        await sees(page, "read on");
        await page.goBack();
        await page.locator("#_terminal").waitFor({ state: "hidden", timeout: DEADLINE });
        assert.equal(new URL(page.url()).pathname, "/");
        assert.equal(await page.locator("main").evaluate((main) => main.inert), false);
        await page.goForward();
        await page.locator("#_terminal").waitFor({ timeout: DEADLINE });
        await sees(page, "read on");
        await page.goBack();
        await page.locator("#_terminal").waitFor({ state: "hidden", timeout: DEADLINE });
        await page.keyboard.press("Enter");
        await sees(page, "read on");
        await page.keyboard.press("Control+c");
        await page.locator("#_terminal .told").waitFor({ timeout: DEADLINE });
        await page.keyboard.press("Escape");
        await page.locator("#_terminal").waitFor({ state: "hidden", timeout: DEADLINE });
    },

    async "the mouse clicks and scrolls, links are links, and text can be selected"({ page, url }) {
        await opened(page, url, "kept in a hearing aid");
        const [contact, about] = [await middle(page, "contact"), await middle(page, "about")];
        await until(page, "corvo.example.com", () => page.mouse.click(...contact));
        await until(page, "▌about", () => page.mouse.click(...about));
        const before = await text(page);
        await page.setViewportSize({ width: 700, height: 300 });
        await changes(page, before);
        await sees(page, "hang up");
        const top = await text(page);
        await page.mouse.move(300, 150);
        await page.mouse.wheel(0, 400);
        await changes(page, top);
        // A frame for the size before may still come.
        const selects = () => {
            getSelection().selectAllChildren(document.querySelector("#_terminal .grid"));
            return getSelection().toString().includes("contact");
        };
        await page.waitForFunction(selects, null, { timeout: DEADLINE });
        // Whoever selects takes the focus from the terminal.
        await page.evaluate(() => document.activeElement.blur());
        await until(page, "▌card", () => page.keyboard.press("1"));
        const { url: other } = await serve("owners/maintainer");
        await opened(page, `${other}#contact`, "hang up");
        const link = page.locator("#_terminal .grid a").first();
        await link.waitFor({ timeout: DEADLINE });
        assert.match(await link.getAttribute("href"), /^(https?|mailto):/);
        assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
        // A QR code has no stripes between its rows, which phones cannot read.
        await page.setViewportSize({ width: 1280, height: 800 });
        const isThere = () => document.querySelectorAll("#_terminal .filled").length > 100;
        await page.waitForFunction(isThere, null, { timeout: DEADLINE });
        const gaps = await page.evaluate(() => {
            const filled = [...document.querySelectorAll("#_terminal .filled")];
            const sides = (element) => [element.getBoundingClientRect()].map(({ top, bottom }) => [top, bottom]);
            const meets = (one) => String(sides(one)) === String(sides(one.closest(".row")));
            return filled.filter((one) => !meets(one)).map((one) => one.outerHTML);
        });
        assert.deepEqual(gaps, []);
        // Twice closed is closed once: what was shown before the page is not gone to.
        await page.locator("#_terminal .bar button").last().dblclick();
        await page.locator("#_terminal").waitFor({ state: "hidden", timeout: DEADLINE });
        assert.equal(new URL(page.url()).origin, new URL(other).origin);
    },

    async "plain lines are for listening"({ page, url, name }) {
        await opened(page, url, "kept in a hearing aid");
        await page.locator("#_terminal .plain").click();
        const body = page.locator("#_terminal .body[role=log][aria-hidden=false]");
        await body.waitFor({ timeout: DEADLINE });
        await page.waitForFunction(
            () => document.querySelector("#_terminal .body").textContent.includes("hearing aid"),
            null,
            { timeout: DEADLINE },
        );
        await page.keyboard.type("2");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelector("#_terminal .history").childElementCount > 0, null, {
            timeout: DEADLINE,
        });
        await picture(page, `${name}-plain`);
    },

    async "a lost connection is told"({ page }) {
        const { server, url } = await serve("engineer");
        await opened(page, url, "kept in a hearing aid");
        server.kill("SIGKILL");
        await page.locator("#_terminal .said", { hasText: "connection" }).waitFor({ timeout: DEADLINE });
        assert.match(await text(page), /kept in a hearing aid/, "what was there stays");
        await page.locator("#_terminal .told button").last().click();
        await page.locator("#_terminal").waitFor({ state: "hidden", timeout: DEADLINE });
        assert.equal(await page.locator("main").isVisible(), true);
    },

    async "a server that does not answer is told, in the place of the session"({ page }) {
        const { server, url } = await serve("engineer");
        await page.goto(url);
        server.kill("SIGKILL");
        await page.locator("#_open").click();
        await page.locator("#_terminal .said", { hasText: "does not answer" }).waitFor({ timeout: DEADLINE });
        assert.equal(await page.locator("#_terminal .body").isVisible(), false, "nothing was shown");
    },

    async "what the browser does not copy is not called copied"({ context, url }) {
        for (const clipboard of ["undefined", "{ writeText: () => Promise.reject(new Error()) }"]) {
            const page = await context.newPage();
            await page.addInitScript(`Object.defineProperty(navigator, "clipboard", { value: ${clipboard} })`);
            await opened(page, `${url}#career`, "hang up");
            await page.keyboard.press("y");
            await sees(page, "No clipboard here.");
            await page.close();
        }
    },

    async "an address leads to an entry, and one where nothing is to the card"({ page, url }) {
        await page.goto(`${url}career/2`);
        assert.equal(new URL(page.url()).hash, "#career/2");
        const entry = (await page.locator("[id='career/2'] :is(h3, h4)").first().innerText()).split(" ")[0];
        await page.locator("#_open").click();
        await sees(page, `▌ ${entry}`);
        await page.goto(`${url}nothing`);
        assert.equal(await page.locator("h1").innerText(), "There is nothing at this address.");
        await page.locator("a").click();
        await page.locator("main").waitFor({ timeout: DEADLINE });
        assert.equal(new URL(page.url()).pathname, "/");
    },

    async "from right to left, signs stand before their words"({ page, name: browser }) {
        const { url } = await serve("owners/apps");
        await page.goto(`${url}ar/#about`);
        await page.locator("#_open").click();
        await page.locator("#_terminal .grid .rtl").first().waitFor({ timeout: DEADLINE });
        const said = () => page.locator("#_terminal .grid .rtl").allInnerTexts();
        const isSigned = (phrase) => /^[•¹²³q?/] | [•¹²³q?/]$/.test(phrase.trim());
        assert.deepEqual((await said()).filter(isSigned), []);
        await linesUp(page);
        await picture(page, `${browser}-right-to-left`);
        // The next page is at the left.
        await page.keyboard.press("ArrowLeft");
        await sees(page, "مواعيد الحافلات");
        await page.keyboard.press("?");
        await sees(page, "mono@");
        const [letter, sign] = await lefts(page, "mono@");
        assert.ok(letter < sign, "the sign at the end of a Latin word stands at its right");
        // In English the key stands before the name of the language.
        await opened(page, `${url}en/`, "keys");
        const [key, name] = await lefts(page, "L العربية");
        assert.ok(key < name, "and a key before its word");
    },

    async "a full house is told"({ page, context }) {
        const { url } = await serve("engineer", "--max-connections", "1");
        const first = await context.newPage();
        await opened(first, url, "kept in a hearing aid");
        await page.goto(url);
        await page.locator("#_open").click();
        await page.locator("#_terminal .said", { hasText: "minute" }).waitFor({ timeout: DEADLINE });
        await first.close();
    },
};

// What only one browser can be made to do here.
const phones = {
    async "a phone has keys, taps and swipes"({ browser, url }) {
        const context = await browser.newContext({
            viewport: { width: 390, height: 844 },
            deviceScaleFactor: 3,
            hasTouch: true,
            isMobile: true,
        });
        const page = await context.newPage();
        const cdp = await context.newCDPSession(page);
        const finger = async (type, x, y) =>
            cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
        await page.goto(url);
        const open = await page.locator("#_open").boundingBox();
        await until(page, "kept in a hearing aid", () => page.touchscreen.tap(open.x + 20, open.y + 20));
        await linesUp(page);
        await picture(page, "phone-card");
        assert.equal(await page.locator("#_terminal .field").evaluate((field) => field.inputMode), "none");
        await finger("touchStart", 300, 400);
        await finger("touchMove", 200, 405);
        await finger("touchMove", 100, 405);
        await finger("touchEnd");
        await sees(page, "▌about");
        // Its text is longer than a phone.
        const before = await text(page);
        await finger("touchStart", 200, 600);
        for (let y = 590; y >= 300; y -= 20) await finger("touchMove", 200, y);
        await finger("touchEnd");
        await changes(page, before);
        await page.locator("#_terminal .keys button", { hasText: "?" }).tap();
        await sees(page, "where an entry belongs");
        await page.locator("#_terminal .keys button", { hasText: "Esc" }).tap();
        await sees(page, "hang up");
        const stack = await middle(page, "stack");
        await until(page, "one layer on top", () => page.touchscreen.tap(...stack));
        await page.locator("#_terminal .keys button", { hasText: "⏎" }).tap();
        await sees(page, "tile by tile");
        await linesUp(page);
        await picture(page, "phone-exhibit");
        await page.locator("#_terminal .keys button", { hasText: "⌨" }).evaluate((button) => button.click());
        await page.waitForFunction(() => document.querySelector("#_terminal .field").inputMode === "text", null, {
            timeout: DEADLINE,
        });
        // Plain lines ask for a choice, which is typed; at the end there is nothing left to type.
        await page.locator("#_terminal .plain").tap();
        await sees(page, "Your choice");
        assert.equal(await page.locator("#_terminal .field").evaluate((field) => field.inputMode), "text");
        await page.locator("#_terminal .keys button", { hasText: "⏎" }).tap();
        assert.equal(await page.locator("#_terminal .field").evaluate((field) => field.inputMode), "text");
        await page.keyboard.type("q");
        await page.keyboard.press("Enter");
        await page.locator("#_terminal .told").waitFor({ timeout: DEADLINE });
        assert.equal(await page.locator("#_terminal .keys").isVisible(), false);
        const tops = await page.locator("#_terminal .told button").evaluateAll((buttons) =>
            buttons.map((button) => button.getBoundingClientRect().top),
        );
        assert.equal(tops[0], tops[1], "they stand side by side");
    },

    async "what is pasted is typed"({ page, url }) {
        await opened(page, url, "kept in a hearing aid");
        await page.keyboard.press("/");
        await page.waitForFunction(
            () => !document.querySelector("#_terminal .grid").textContent.includes("hang up"),
            null,
            { timeout: DEADLINE },
        );
        await page.locator("#_terminal .field").evaluate((field) => {
            const data = new DataTransfer();
            data.setData("text/plain", "compiler\u001b[201~");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        });
        await sees(page, "compiler[201~");
    },

    async "what is copied is the text alone"({ page, url }) {
        const copied = () =>
            page.evaluate(() => {
                getSelection().selectAllChildren(document.querySelector("#_terminal .grid"));
                const clipboardData = new DataTransfer();
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }),
                );
                return clipboardData.getData("text/plain");
            });
        await page.setViewportSize({ width: 700, height: 300 });
        await opened(page, `${url}#about`, "hang up");
        await page.waitForFunction(
            () => /│$/m.test(document.querySelector("#_terminal .grid").innerText),
            null,
            { timeout: DEADLINE },
        );
        assert.match(await copied(), /hang up/);
        assert.doesNotMatch(await copied(), /│|[ \u00a0]$/m);
        const { url: apps } = await serve("owners/apps");
        await page.setViewportSize({ width: 1000, height: 700 });
        await opened(page, `${apps}ar/#about`, "أكتب عن ذلك");
        assert.match(await copied(), /^أكتب عن ذلك/m);
        assert.doesNotMatch(await copied(), /^[ \u00a0]|[ \u00a0]$/m);
        await page.keyboard.press("?");
        await sees(page, "mono@");
        assert.match(await copied(), /mono@$/m);
    },

    async "all choices of colours can be read"({ browser, url }) {
        for (const colorScheme of ["dark", "light"]) {
            const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, colorScheme });
            const page = await context.newPage();
            await opened(page, `${url}#career`, "hang up");
            const notices = ["Ground: no colour.", "Ground: as it is.", "Ground: no colour."];
            for (const notice of [null, ...notices]) {
                if (notice) {
                    await page.keyboard.press("t");
                    await sees(page, notice);
                }
                assert.deepEqual(await faint(page), [], `${colorScheme}, ${notice}`);
            }
            await picture(page, `choice-${colorScheme}`);
        }
    },

    async "the colours follow the browser, before and after"({ browser, url }) {
        const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, colorScheme: "dark" });
        const page = await context.newPage();
        await opened(page, url, "kept in a hearing aid");
        const quiet = () =>
            page
                .locator("#_terminal .grid span", { hasText: "sailing" })
                .first()
                .evaluate((span) => getComputedStyle(span).color);
        const dark = await quiet();
        await picture(page, "dark");
        await page.emulateMedia({ colorScheme: "light" });
        await page.waitForFunction(
            (old) => {
                const spans = [...document.querySelectorAll("#_terminal .grid span")];
                const span = spans.find((one) => one.textContent.includes("sailing"));
                return span && getComputedStyle(span).color !== old;
            },
            dark,
            { timeout: DEADLINE },
        );
        await picture(page, "light");
    },

    async "paper takes two sheets, and addresses are in words"({ page, url }) {
        const others = await Promise.all(["jobs", "academic"].map((owner) => serve(`owners/${owner}`)));
        for (const one of [url, ...others.map((other) => other.url)]) {
            await page.goto(one);
            for (const format of ["A4", "Letter"]) {
                const file = (await page.pdf({ format })).toString("latin1");
                assert.ok(file.match(/\/Type\s*\/Page\b/g).length <= 2, `${one} on ${format}`);
            }
        }
        await page.goto(others[0].url);
        await page.emulateMedia({ media: "print" });
        for (const part of ["nav", ".door"]) assert.equal(await page.locator(part).first().isVisible(), false, part);
        const after = (link) => getComputedStyle(link, "::after").content;
        assert.match(await page.locator(".reach a[rel=me]").first().evaluate(after), /https:/);
        assert.equal(await page.locator(".reach .u-email").evaluate(after), "none");
        const { url: apps } = await serve("owners/apps");
        await page.goto(`${apps}ar/`);
        const blog = page.locator(".reach a", { hasText: "المدوّنة" });
        assert.match(await blog.evaluate((link) => link.href), /%D9%85/);
        const printed = await blog.evaluate((link) => getComputedStyle(link, "::after").content);
        assert.match(printed, /attr\(data-address\)|مدونة/);
    },

    async "without a script nothing is lost"({ browser, url }) {
        const context = await browser.newContext({ javaScriptEnabled: false });
        const page = await context.newPage();
        await page.goto(url);
        assert.equal(await page.locator("#_open").isVisible(), false);
        assert.equal(await page.locator("#_terminal").isVisible(), false);
        await page.locator("main").waitFor({ timeout: DEADLINE });
        assert.match(await page.locator("noscript").innerText(), /needs JavaScript/);
    },
};

// Playwright asks Firefox for things that Debian's does not know, unless it is left as it is.
const asIs = { colorScheme: null, reducedMotion: null, forcedColors: null, contrast: null };
const browsers = [
    [chromium, { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] }, {}, { ...tests, ...phones }],
    [firefox, { executablePath: "/usr/bin/firefox-esr", channel: "moz-firefox" }, asIs, tests],
];

let failed = 0;
try {
    const { url } = await serve("engineer", "--max-per-address", "0");
    for (const [kind, how, options, all] of browsers) {
        const browser = await kind.launch(how);
        const name = kind.name();
        console.log(`${name} ${browser.version()}`);
        for (const [what, test] of Object.entries(all)) {
            const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
            const page = await context.newPage();
            page.setDefaultTimeout(DEADLINE);
            const errors = [];
            // Playwright puts a style of its own into a page of which it takes a picture.
            const heard = (told) => {
                if (!pictures || !/Content.Security.Policy|inline style/i.test(told)) errors.push(told);
            };
            // Firefox tells of a socket that the other end closed as of an error of the page.
            page.on("pageerror", ({ message }) => /interrupted|establish a connection/.test(message) || heard(message));
            page.on("console", (told) => {
                if (/Content.Security.Policy/i.test(told.text())) heard(told.text());
            });
            const begin = Date.now();
            try {
                await test({ browser, context, page, url, name });
                assert.deepEqual(errors, []);
                console.log(`pass  ${what} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
            } catch (error) {
                failed += 1;
                console.log(`FAIL  ${what}\n${error.stack}\n${errors.join("\n")}`);
                for (const one of browser.contexts().flatMap((all) => all.pages())) {
                    console.log(
                        await one
                            .locator("#_terminal .grid")
                            .innerText({ timeout: 1000 })
                            .catch(() => "there is no terminal"),
                    );
                }
            }
            await Promise.all(browser.contexts().map((one) => one.close()));
        }
        await browser.close();
    }
} finally {
    stop();
}
console.log(failed ? `${failed} failed` : "all passed");
process.exitCode = failed ? 1 : 0;
