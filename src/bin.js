#!/usr/bin/env -S node --max-semi-space-size=4
// Much room for short-lived objects would only make a service of a thousand readers grow: see "Following" in src/http/README.md.
// Plain JavaScript, so that an old Node can still say what is missing.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`ledger needs Node.js 24 or newer, found ${process.versions.node}. In a clone, "npm ci" brings it.\n`);
  process.exit(1);
}
const { main } = await import('./cli/main.ts');
await main(process.argv);
