import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Log } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { withoutPrivilege } from '../helpers/withoutPrivilege.ts';
import { newEvent, streamId } from './contract.ts';
import { directory, eachWithDirectory, faultOf, file, openLog, run, writeLog } from './sqliteFile.ts';

eachWithDirectory();

describe('a log that cannot be written', () => {
  test('opened read-only is read and verified, and sees what others append', async () => {
    await writeLog(3);
    const [reader, writer] = [openLog({ readOnly: true }), openLog()];
    expect((await faultOf(() => reader.append(streamId(1), -1, []))).message).toContain('write-protected');
    await writer.append(streamId(99), -1, [newEvent()]);
    expect(await reader.size()).toBe(4);
    expect(await reader.verify()).toEqual([]);
    expect((await faultOf(() => reader.append(streamId(4), -1, [newEvent()]))).message).toContain('read-only');
    expect((await faultOf(() => reader.extend([]))).message).toContain('read-only');
  });

  test('is not made by opening it read-only', async () => {
    expect((await faultOf(() => openLog({ readOnly: true }))).message).toContain('found no file');
    expect(existsSync(file)).toBe(false);
  });

  test('because its file and directory are protected, is read all the same', async () => {
    await writeLog(3);
    chmodSync(file, 0o444);
    chmodSync(directory, 0o555);
    const { stdout } = await run(
      `console.log(await log.size(), (await log.read(0, 9)).length, await log.verify());
      await log.append('x', -1, [event(1)]).catch((error) => console.log(error.name, error.message));`,
      withoutPrivilege(),
    );
    chmodSync(directory, 0o755);
    expect(stdout).toContain('3 3 []');
    expect(stdout).toMatch(/LogFault .*log\.db: expected to write, found/);
  });

  test('because its file was removed, fails and makes no new one', async () => {
    const log = openLog();
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(file);
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).message).toContain('found it removed or replaced');
    expect((await log.verify()).join()).toContain('found it removed or replaced');
    expect(existsSync(file)).toBe(false);
  });

  test.each(['-wal', '-shm'])('because its %s was removed, fails instead of writing where nobody will look', async (suffix) => {
    const log = openLog();
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(file + suffix);
    const fault = await faultOf(() => log.append(streamId(2), -1, [newEvent()]));
    expect(fault).toMatchObject({ reason: 'replaced', message: expect.stringContaining('found it removed or replaced') });
    expect(await log.size()).toBe(1);
    await log.close();
    const again = openLog();
    expect((await again.append(streamId(2), -1, [newEvent()])).outcome).toBe('appended');
    expect(await again.verify()).toEqual([]);
  });

  test.each(['', '-wal', '-shm'])('because its file%s was removed after a long time of quiet, fails too', async (suffix) => {
    const log = openLog();
    await wait(20);
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    for (const n of [1, 2]) await log.append(streamId(n), -1, [newEvent()]);
    rmSync(file + suffix);
    expect((await faultOf(() => log.append(streamId(3), -1, [newEvent()]))).reason).toBe('replaced');
    expect(await log.size()).toBe(2);
    later.mockRestore();
  });

  test('because its file lies behind a link and the WAL beside it was removed, fails too', async () => {
    const link = join(directory, 'link.db');
    mkdirSync(join(directory, 'far'));
    symlinkSync(join(directory, 'far', 'log.db'), link);
    const log = openLog({ file: link });
    await log.append(streamId(1), -1, [newEvent()]);
    rmSync(join(directory, 'far', 'log.db-wal'));
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).reason).toBe('replaced');
  });

  test('because its file was replaced, leaves the new one alone', async () => {
    const other = join(directory, 'other.db');
    await openLog({ file: other }).close();
    const log = openLog();
    renameSync(other, file);
    const before = readFileSync(file);
    expect((await faultOf(() => log.append(streamId(2), -1, [newEvent()]))).message).toContain('found it removed or replaced');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('a full disk', () => {
  // Needs the right to mount, which containers and users often lack.
  const disk = join(tmpdir(), `ledger-disk-${process.pid}`);
  const unmount = () => execFileSync('umount', [disk], { stdio: 'ignore' });
  const canMount = (() => {
    try {
      mkdirSync(disk, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'ledger', disk], { stdio: 'ignore' });
      unmount();
      return true;
    } catch {
      return false;
    } finally {
      rmSync(disk, { recursive: true, force: true });
    }
  })();

  test.runIf(canMount)('makes appends fail and say so; reading goes on, and appends when there is room again', async () => {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'ledger', disk]);
    let log: Log | undefined;
    try {
      log = openSqliteLog({ file: join(disk, 'log.db') });
      await log.append(streamId(1), -1, [newEvent()]);
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(300_000));
      const large = newEvent({ data: JSON.stringify({ text: 'x'.repeat(200_000) }) });
      const fault = await faultOf(() => log?.append(streamId(2), -1, [large]));
      expect(fault.message).toContain('found the disk full');
      expect(fault.cause).toBeInstanceOf(Error);
      expect((await log.read(0, 9)).map((event) => event.sequence)).toEqual([1]);
      rmSync(join(disk, 'ballast'));
      expect((await log.append(streamId(2), -1, [large])).outcome).toBe('appended');
      expect(await log.verify()).toEqual([]);
    } finally {
      await log?.close();
      unmount();
      rmSync(disk, { recursive: true });
    }
  });

  test('stands for a limit on the size of files too', async () => {
    // 64 KiB, in blocks of 512 bytes; the WAL reaches it first.
    const { stdout } = await run(
      `let count = 0;
      for (; count < 200; count += 1) {
        try { await log.append('s' + count, -1, [event(count)]); } catch (error) { console.log(error.name, error.message); break; }
      }
      console.log(count > 0 && count < 200, (await log.size()) === count, (await log.verify()).length);
      execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
      console.log((await log.append('s' + count, -1, [event(count)])).outcome);`,
      [],
      'ulimit -S -f 128; ',
    );
    expect(stdout).toMatch(/^LogFault .*cannot be written/);
    expect(stdout).toContain('true true 0\nappended');
  });
});
