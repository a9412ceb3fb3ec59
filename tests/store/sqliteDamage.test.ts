import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LogFault } from '../../src/store/log.ts';
import { newEvent, numbers, start, streamId } from './contract.ts';
import { alter, eachWithDirectory, faultOf, file, openLog, writeLog } from './sqliteFile.ts';

eachWithDirectory();

describe('damage', () => {
  test('of pages is told by verify and by reading, and nothing is overwritten', async () => {
    await writeLog(400);
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2 / 4096) * 4096;
    bytes.fill(0xa5, middle, middle + 4096);
    writeFileSync(file, bytes);
    const log = openLog();
    const findings = await log.verify();
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toContain(file);
    const met = await Promise.allSettled([
      log.read(0, 1000),
      ...numbers(1, 400).map((index) => log.readStream(streamId(index))),
    ]);
    const fault = met.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))[0];
    expect(fault).toBeInstanceOf(LogFault);
    expect(fault).toMatchObject({ cause: expect.any(Error) });
    await log.close();
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('of a single byte of an event is told by verify, wherever it is', async () => {
    await writeLog(3);
    const sound = readFileSync(file);
    const event = (await openLog({ readOnly: true }).read(1, 1))[0];
    for (const text of [event?.data, event?.stream, event?.id, 'pledged', 'desk', '/ledgers/main']) {
      const bytes = Buffer.from(sound);
      const place = bytes.lastIndexOf(text ?? 'nothing');
      bytes[place + 3] = (bytes[place + 3] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      const log = openLog();
      expect({ text, findings: await log.verify() }).not.toEqual({ text, findings: [] });
      await log.close();
    }
  });

  const changes: [string, string][] = [
    [`UPDATE events SET data = replace(data, '22', '23') WHERE sequence = 2`, 'sequence 2: expected an event with hash'],
    [`UPDATE events SET recorded_by = 'nobody' WHERE sequence = 3`, 'sequence 3: expected an event with hash'],
    [`UPDATE events SET time = time - 1 WHERE sequence = 2`, `sequence 2: expected a time not before ${start}`],
    [`UPDATE events SET leaf = zeroblob(32) WHERE sequence = 1`, 'sequence 1: expected an event with hash'],
    [`UPDATE events SET revision = 1 WHERE sequence = 2`, 'sequence 2: expected revision 0'],
    [`DELETE FROM events WHERE sequence = 2`, 'sequence 3: expected sequence 2, found 3'],
    [`UPDATE meta SET ledger = '/ledgers/other'`, 'sequence 1: expected an event with hash'],
  ];
  test.each([
    [`UPDATE events SET data = replace(data, '22', '23') WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET recorded_by = 'nobody' WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET time = time + 1 WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET leaf = zeroblob(32) WHERE sequence = 2`, 'event 2 (pledged '],
    [`UPDATE events SET leaf = x'' WHERE sequence = 2`, 'event 2 (pledged '],
  ])('by %s is told, with its name, on every way of reading, and the others are read', async (sql, name) => {
    await writeLog(3);
    const log = openLog();
    const [first, second, third] = await log.read(0, 3);
    const readings = [
      () => log.read(0, 3),
      () => log.read(1, 1),
      () => log.readStream(second!.stream),
      () => log.readStreams([first!.stream, second!.stream], 3, { verify: true }),
      () => log.find(second!.id),
      () => log.subscribe(0, () => undefined, new AbortController().signal),
      () => log.append(second!.stream, 0, [second!]),
    ];
    for (const reading of readings.slice(0, 5)) await reading();
    // Behind the back of a log that has read all of it already.
    alter(sql);
    for (const reading of readings) {
      expect(await faultOf(reading)).toMatchObject({ reason: 'changed', subject: expect.stringContaining(name) });
    }
    expect(await log.read(2, 5)).toEqual([third]);
    expect(await log.readStream(first!.stream)).toEqual([first]);
    expect((await log.append(streamId(9), -1, [newEvent()])).outcome).toBe('appended');
  });

  test('by removing one between others is told by reading', async () => {
    await writeLog(3);
    const log = openLog();
    const [, second] = await log.read(0, 3);
    expect((await log.append(second!.stream, 0, [newEvent(), newEvent()])).outcome).toBe('appended');
    alter('DELETE FROM events WHERE sequence = 4');
    alter('DELETE FROM events WHERE sequence = 1');
    expect(await faultOf(() => log.read(0, 9))).toMatchObject({ reason: 'changed', subject: 'event 1' });
    expect(await faultOf(() => log.readStream(second!.stream))).toMatchObject({ subject: `revision 1 of ${second!.stream}` });
  });

  test.each(changes)('by %s is told by verify', async (sql, finding) => {
    await writeLog(3);
    alter(sql);
    expect((await openLog().verify()).join('\n')).toContain(finding);
  });
});
