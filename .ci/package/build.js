// Makes dist/, which the package has in place of the sources: Node strips no types under node_modules. Run by npm as `prepack`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
// By the Node that runs this: npm may find an older one first.
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', import.meta.dirname], {
  stdio: 'inherit',
});
for (const file of globSync('{src,domain,projections}/**/*.{css,ndjson,txt,md,service,conf,typ,otf}', { cwd: root }))
  cpSync(join(root, file), join(dist, file));
// The program reads its version there, as it does in a clone.
cpSync(join(root, 'package.json'), join(dist, 'package.json'));
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices());

/** Who wrote what a production install brings, and under which licence, as the packages say it themselves. */
function notices() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const production = Object.entries(packages).filter(
    ([path, one]) => path.startsWith('node_modules/') && !one.dev && !one.link,
  );
  const parts = production.map(([path, { version, license }]) => {
    const name = path.replace('node_modules/', '').replaceAll('/node_modules/', ' › ');
    return `${name} ${version}\nLicence: ${license}\n\n${licenceText(join(root, path))}`;
  });
  return `The ledger works with these packages, which a production install brings.\n\n${parts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

function licenceText(folder) {
  const file = existsSync(folder) ? readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name)) : undefined;
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  if (!existsSync(folder)) return 'It is for another platform than the one on which this was packed, and says no more here.';
  // Of a few packages only the name of the licence and of the author is there.
  const { author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const name = typeof author === 'string' ? author : author?.name;
  return `No text of the licence is in the package${name ? `, whose author is ${name}` : ''}.`;
}
