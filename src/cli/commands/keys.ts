import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { changeKeys, readKeys } from '../../people/keyFile.ts';
import { addKey, type Issue, type Issued, type KeyEntry, revokeKey, rotateKey } from '../../people/keys.ts';
import { type Role, roles } from '../../people/roles.ts';
import { jsonOption } from '../flags.ts';
import { print, printJson, tell, toJson } from '../text/terminal.ts';
import { example } from './options.ts';

type Keys = { readonly data: string; readonly json?: boolean };

/** Adds `ledger keys`: who may read and record over HTTP. */
export function addKeys(ledger: Command): void {
  const keys = ledger
    .command('keys')
    .description('who may read and record over HTTP: add, list, revoke and rotate keys; a service that runs follows at once')
    .addHelpText('after', example('ledger keys add "Kim Min-ji" --role record'));
  keys
    .command('add')
    .argument('<name>', 'of a person or a program: recorded with every event as who recorded it')
    .description('give someone a key; it is shown this once, and only its hash is stored')
    .addOption(
      new Option('--role <role>', 'what it allows; each role may also do what those before it may')
        .choices(roles)
        .makeOptionMandatory(),
    )
    .addHelpText('after', example('ledger keys add "Kim Min-ji" --role record'))
    .action(async (name: string, { role }: { role: Role }, command: Command) =>
      give(command, (entries) => addKey(entries, { name, role }, issue())),
    );
  keys
    .command('list')
    .description('who has a key, since when, and whose was revoked')
    .addOption(jsonOption('as JSON, without the hashes'))
    .addHelpText('after', example('ledger keys list'))
    .action(async (_, command: Command) => {
      const { data, json }: Keys = command.optsWithGlobals();
      const entries = (readKeys(data) ?? []).map(({ sha256: _hash, ...shown }) => shown);
      await (json ? printJson(toJson({ keys: entries })) : print(entries.map(entryInWords).join('') || 'No keys.\n'));
    });
  keys
    .command('revoke')
    .argument('<name>', 'whose key it is')
    .description('end a key and every session begun with it; what it recorded stays')
    .addHelpText('after', example('ledger keys revoke "Kim Min-ji"'))
    .action((name: string, _, command: Command) => {
      const { data }: Keys = command.optsWithGlobals();
      changeKeys(data, (entries) => ({ keys: revokeKey(entries, name, Date.now()) }));
      tell(`The key of ${name} is no longer in force.`);
    });
  keys
    .command('rotate')
    .argument('<name>', 'whose key it is')
    .description('give someone a new key, of the same role; the one before ends')
    .addHelpText('after', example('ledger keys rotate "Kim Min-ji"'))
    .action(async (name: string, _, command: Command) => give(command, (entries) => rotateKey(entries, name, issue())));
}

/** Stores the change, then shows the key: on standard output alone, so that it can go into a file. */
async function give(command: Command, change: (entries: readonly KeyEntry[]) => Issued): Promise<void> {
  const { data }: Keys = command.optsWithGlobals();
  const { key } = changeKeys(data, change);
  tell('This key is shown once. Whoever has it acts under this name:');
  await print(`${key}\n`);
}

function issue(): Issue {
  return { now: Date.now(), secret: randomBytes(32) };
}

function entryInWords({ name, role, issued, revoked }: Omit<KeyEntry, 'sha256'>): string {
  const end = revoked === undefined ? '' : `, revoked ${revoked.slice(0, 10)}`;
  return `${role.padEnd(6)}  ${name}  since ${issued.slice(0, 10)}${end}\n`;
}
