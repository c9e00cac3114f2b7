// The parts of the page's terminal that need no browser, as the server puts them together.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const parts = ["model", "keys", "shapes"].map((name) => new URL(`../../src/web/terminal/${name}.js`, import.meta.url));
const source = parts.map((part) => readFileSync(part, "utf8")).join("\n");
const names =
    "newTerminal, feed, resize, widthOf, column, keyBytes, mouseBytes, pasteBytes, shape, background, runs, isMirrored, css";

export const terminal = vm.runInNewContext(`${source}\n({ ${names} })`, { TextDecoder, Uint8Array, Intl, atob });
