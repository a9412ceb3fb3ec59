import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readKeys } from '../people/keyFile.ts';
import { readPrivateKey } from '../proof/note.ts';
import { openDefinitions } from '../read/definitions.ts';
import type { Finding } from './finding.ts';

/** What the files of a data folder show without opening the ledger. */

/** With less room, recording will soon fail; SQLite needs room for its write-ahead log beside the event. */
const leastRoom = 16 * 1024 * 1024;
/** Room for a day of busy recording, and for folding the read model again. */
const wantedRoom = 256 * 1024 * 1024;

// What statfs(2) calls file systems that several machines share.
const networks = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
]);

/** What is wrong with a folder, its disk, and the files that people change by hand. */
export function examineFolder(folder: string): Finding[] {
  if (!existsSync(folder))
    return [
      wrong(
        `${folder}: there is no such folder; name the right one with --data, or begin a ledger with serve, import or restore`,
      ),
    ];
  return [
    ...access(folder),
    ...modes(folder),
    ...room(folder),
    ...reading(
      'keys.json',
      folder,
      () => peopleFindings(folder),
      'restore the file from a backup; until then nobody is let in',
    ),
    ...reading(
      'signing-key.pem',
      folder,
      () => void readPrivateKey(join(folder, 'signing-key.pem')),
      'restore the file from a backup; until then no checkpoint is signed',
    ),
    ...reading(
      'views.json',
      folder,
      () => void openDefinitions(join(folder, 'views.json')).current(),
      'mend the lines named, then send the service SIGHUP',
    ),
  ];
}

function access(folder: string): Finding[] {
  const closed = ['', ...readdirSync(folder)].filter((name) => !mayUse(join(folder, name)));
  return closed.map((name) =>
    wrong(
      `${join(folder, name)}: this account may not read and write it; run as the account of the service, or chown it to that account`,
    ),
  );
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Files that other accounts of this machine may open: they could read them without a key. */
function modes(folder: string): Finding[] {
  // Windows has no such bits.
  if (process.platform === 'win32') return [];
  const isShut = (statSync(folder).mode & 0o077) === 0;
  const secrets = readdirSync(folder).filter((name) => /^keys\.json|\.pem$/.test(name));
  const readable = secrets.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
  return [
    ...(isShut ? [] : [soon(`${folder}: other accounts of this machine may open it; run: chmod -R go= ${folder}`)]),
    ...readable.map((name) =>
      wrong(`${join(folder, name)}: other accounts may read it; run chmod 600, then give new keys (ledger keys rotate)`),
    ),
  ];
}

function room(folder: string): Finding[] {
  const { bavail, bsize, type } = statfsSync(folder);
  const free = bavail * bsize;
  const network = networks.get(type);
  const state = `${Math.floor(free / 1024 / 1024)} MiB are free on the disk of ${folder}`;
  return [
    ...(free < leastRoom
      ? [wrong(`${state}: nothing can be recorded soon; make room, or move the folder while the service is stopped`)]
      : []),
    ...(free >= leastRoom && free < wantedRoom
      ? [soon(`${state}; make room for at least ${wantedRoom / 1024 / 1024} MiB`)]
      : []),
    ...(network === undefined
      ? []
      : [
          wrong(
            `${folder}: it is on a network file system (${network}), on which a log can be damaged; move it to a disk of this machine`,
          ),
        ]),
  ];
}

function peopleFindings(folder: string): Finding[] {
  const keys = readKeys(folder);
  const stale = existsSync(join(folder, 'keys.json.new'))
    ? [
        wrong(
          `${join(folder, 'keys.json.new')}: a change of the keys was broken off, and no other can be made; remove it if no ledger keys is running`,
        ),
      ]
    : [];
  if (keys === undefined || keys.some(({ revoked }) => revoked === undefined)) return stale;
  return [...stale, soon('keys.json: no key is in force, so nobody can record; give one: ledger keys add NAME --role record')];
}

/** The findings, or that the file cannot be read and what to do then. */
function reading(name: string, folder: string, work: () => Finding[] | void, remedy: string): Finding[] {
  try {
    return work() ?? [];
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error))
      .replaceAll('\n', '; ')
      .replace(join(folder, name), 'it');
    return [wrong(`${join(folder, name)}: ${why}; ${remedy}`)];
  }
}

function wrong(text: string): Finding {
  return { severity: 'wrong', text };
}

function soon(text: string): Finding {
  return { severity: 'soon', text };
}
