import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { leafHash, type RecordedEvent } from '../../src/store/log.ts';
import { bin, sent, type Service, startService } from '../faults/service.ts';
import { type Attack, hold, type Target } from './attack.ts';

/** What someone can do who may write into the folder: each attack works on a copy of it, with a service of its own. */

const ids = ['01K7000000TAMPER0000000001', '01K7000000TAMPER0000000003', '01K7000000TAMPER0000000005'] as const;
const [first] = ids;

export const attacks: readonly Attack[] = [
  {
    name: 'a row edited in views.sqlite while the service runs',
    run: (target) =>
      onCopy(target, async ({ data, service, ledger }) => {
        await service.get('/commitments');
        edit(data, 'views.sqlite', `UPDATE commitments SET through = through - 1 WHERE id = '${first}'`);
        const { body } = await service.get(`/commitments/${first}`);
        hold(body['title'] === `Sent as ${first}`, 'the title that was recorded', body['title']);
        const ready = await service.get('/ready');
        hold(ready.status === 503 && JSON.stringify(ready.body).includes(first), '/ready to name the commitment', ready);
        const check = await ledger('check');
        hold(check.code === 1 && check.said.includes(first), 'check to name it', check.said);
        hold((await ledger('rebuild')).code === 0, 'a rebuild', 'none');
        hold((await service.get('/ready')).status === 200, 'ready again', 503);
        return 'the recorded title is answered, /ready and check name the commitment, rebuild mends it';
      }),
  },
  {
    name: 'a line edited in log.sqlite',
    run: (target) =>
      onCopy(target, async ({ data, service, ledger }) => {
        edit(data, 'log.sqlite', `UPDATE events SET data = replace(data, 'KR', 'JP') WHERE sequence = 2`);
        const { status, body } = await service.get(`/commitments/${first}/history`);
        hold(status === 500 && JSON.stringify(body).includes('event 2 '), 'a fault that names event 2', body);
        hold((await service.get('/commitments')).status === 200, 'the others to be listed', 'a failure');
        for (const command of ['check', 'rebuild']) {
          const { code, said } = await ledger(command);
          hold(code === 1 && said.includes('2'), `${command} to refuse and name event 2`, said);
        }
        return 'the history names the event, the rest is answered, check finds it, rebuild refuses';
      }),
  },
  {
    name: 'a line and its leaf rewritten together',
    run: (target) =>
      onCopy(target, async ({ data, ledger }) => {
        const kept = /root (\S+) of (\d+)/.exec((await ledger('check')).said) ?? [];
        rewrite(data);
        for (const command of [['check'], ['replay', 'all'], ['rebuild'], ['check', '--root', kept[1] ?? '']]) {
          const { code, said } = await ledger(...command);
          hold(code === 1 && said.includes('the root'), `${command[0]} to tell of another root`, said);
        }
        for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, `views.sqlite${suffix}`), { force: true });
        const { code, said } = await ledger('check', '--root', kept[1] ?? '', '--size', kept[2] ?? '');
        hold(code === 1 && said.includes('expected the root'), 'check --root to tell without a read model too', said);
        return 'the read model tells, rebuild does not replace it, and check --root tells without it';
      }),
  },
  {
    name: 'the newest events cut off, as by a copy without the WAL',
    run: (target) =>
      onCopy(target, async ({ data, service, ledger }) => {
        service.kill();
        edit(data, 'log.sqlite', 'DELETE FROM events WHERE sequence > 3');
        const told = 'the log holds 3 events, and the read model was made of 6';
        for (const command of ['check', 'rebuild']) {
          const { code, said } = await ledger(command);
          hold(code === 1 && said.includes(told), `${command} to name both sizes`, said);
        }
        const again = await startService(data);
        try {
          const { status, body } = await again.get('/ready');
          hold(status === 503 && JSON.stringify(body).includes(told), '/ready to name both sizes', body);
        } finally {
          again.kill();
        }
        return 'check, rebuild and /ready name both sizes';
      }),
  },
];

type Copy = {
  readonly data: string;
  readonly service: Service;
  readonly ledger: (...command: string[]) => Promise<{ code: number; said: string }>;
};

async function onCopy({ service, data }: Target, work: (copy: Copy) => Promise<string>): Promise<string> {
  for (const id of ids) await service.post('/commitments', sent(id, `${id.slice(0, -1)}${Number(id.at(-1)) + 1}`));
  await service.get('/ready');
  const folder = mkdtempSync(join(tmpdir(), 'tampered-'));
  const copy = join(folder, 'ledger');
  // Both files and their WAL: the service is at rest.
  cpSync(data, copy, { recursive: true });
  const own = await startService(copy);
  const ledger = (...command: string[]): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [bin, ...command, '--data', copy], (error, stdout, stderr) => {
        resolve({ code: error ? 1 : 0, said: stdout + stderr });
      });
    });
  try {
    hold((await own.get('/ready')).status === 200, 'a copy that is ready', 'one that is not');
    return await work({ data: copy, service: own, ledger });
  } finally {
    own.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function edit(data: string, file: string, sql: string): void {
  const database = new DatabaseSync(join(data, file), { timeout: 5000 });
  const { changes } = database.prepare(sql).run();
  database.close();
  hold(changes !== 0, 'something to edit', sql);
}

function rewrite(data: string): void {
  const database = new DatabaseSync(join(data, 'log.sqlite'), { timeout: 5000 });
  const row = database.prepare('SELECT *, recorded_by AS recordedBy FROM events WHERE sequence = 2').get();
  const ledger = String(database.prepare('SELECT ledger FROM meta').get()?.['ledger']);
  const event = { ...row, data: String(row?.['data']).replace('KR', 'JP') } as unknown as RecordedEvent;
  database.prepare('UPDATE events SET data = ?, leaf = ? WHERE sequence = 2').run(event.data, leafHash(ledger, event));
  database.close();
}
