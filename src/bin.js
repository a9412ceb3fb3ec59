#!/usr/bin/env -S node --max-semi-space-size=4
// Much room for short-lived objects would only make a service of a thousand readers grow: see "Following" in src/http/README.md.
import { existsSync } from 'node:fs';
// Plain JavaScript, so that an old Node can still say what is missing.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  // npm has no package of Node 24 for Apple silicon, so a clone brings none there.
  const isAppleSilicon = process.platform === 'darwin' && process.arch === 'arm64';
  const way = isAppleSilicon
    ? 'Install it from nodejs.org: on Apple silicon "npm ci" does not bring it.'
    : 'In a clone, "npm ci" brings it.';
  process.stderr.write(`ledger needs Node.js 24 or newer, found ${process.versions.node}. ${way}\n`);
  process.exit(1);
}
// The package has the program compiled, a clone its sources.
const isClone = existsSync(new URL('cli/main.ts', import.meta.url));
const { main } = await import(isClone ? './cli/main.ts' : '../dist/src/cli/main.js');
await main(process.argv);
