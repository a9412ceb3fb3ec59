import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { standing } from '../../domain/status.ts';
import { formatDay } from '../../domain/dates.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
import { inForceSpans } from '../../projections/derived/inForce.ts';
import { jsonProblems } from '../../domain/json.ts';
import { day, time } from './given.ts';

type Line = { id: string; type: string; subject: string; time: string; recordedby: string; data: unknown };

const read = (name: string): string => readFileSync(new URL(`../../src/data/${name}`, import.meta.url), 'utf8');
const lines = ['summit-2025-08.ndjson', 'summit-2025-09-aftermath.ndjson']
  .flatMap((name) => read(name).split('\n'))
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);

const commitments = new Map<string, Commitment>();
const refused: unknown[] = [];
for (const [index, line] of lines.entries()) {
  const event = parseEvent(line.type.replace('commitment.', ''), line.data);
  const before = commitments.get(line.subject);
  if ('reason' in event) {
    refused.push(event);
    continue;
  }
  const revision = before ? before.revision + 1 : 0;
  const place = { id: line.id, stream: line.subject, sequence: index + 1, revision, time: time(line.time) };
  const recorded: Recorded = { ...event, ...place, recordedBy: line.recordedby };
  const decided = decide(before, recorded);
  if ('reason' in decided) refused.push(decided);
  else commitments.set(line.subject, decided);
}

function commitment(title: string): Commitment {
  const found = [...commitments.values()].find(({ opened }) => opened.data.title === title);
  if (!found) throw new Error(`expected a commitment "${title}"`);
  return found;
}

function runs(title: string, key: string): string[] {
  return (inForceSpans(commitment(title)).get(key) ?? []).map(
    ({ from, to, term }) =>
      `${'to' in term ? term.to : ''} from ${formatDay(from)} to ${to === Infinity ? '..' : formatDay(to)}`,
  );
}

test('all 88 events of the 27 commitments are accepted', () => {
  expect(refused).toEqual([]);
  expect(lines.flatMap(({ data }) => jsonProblems(data))).toEqual([]);
  expect(lines).toHaveLength(88);
  expect(commitments.size).toBe(27);
});

test('the summit is 25 announcements of 17 commitments, quoted from the text beside it', () => {
  const summit = lines.filter((line) => time(line.time) === time('2025-08-22'));
  expect(summit.filter(({ type }) => type === 'commitment.opened')).toHaveLength(17);
  const announcements = summit.filter(({ type }) => type !== 'commitment.opened');
  expect(announcements).toHaveLength(25);
  const text = read('summit-2025-08.txt');
  const sha256 = createHash('sha256').update(text).digest('hex');
  for (const { data } of announcements) {
    const [source] = (data as { sources: { sha256: string; quote: { exact: string } }[] }).sources;
    expect(source?.sha256).toBe(sha256);
    expect(text).toContain(source?.quote.exact);
  }
});

test('stands where the record says after 30 September', () => {
  const stages = Object.groupBy(commitments.values(), (one) => statusOn(one).stage);
  expect(Object.fromEntries(Object.entries(stages).map(([stage, list]) => [stage, list.length]))).toEqual({
    noted: 1,
    proposed: 11,
    pledged: 9,
    formalised: 6,
  });
});

test('the visas are corrected: twice per person, not double the number', () => {
  const visas = commitment('Japan-Korea working-holiday visas');
  const [proposal] = visas.timeline;
  expect(proposal?.data.terms?.map(({ key, text }) => [key, text])).toEqual([['uses', 'twice per person']]);
  expect(proposal?.corrections).toHaveLength(1);
  expect(statusOn(visas).stage).toBe('formalised');
});

describe('the $350bn', () => {
  const investment = commitment("Korea's US$350bn investment package");

  test('are pledged, not formalised, and dated to 31 July by a correction', () => {
    const status = statusOn(investment);
    expect(status.stage).toBe('pledged');
    expect(status.stageSince?.day).toBe(day('2025-07-31'));
    expect(standing(status).find(({ term }) => term.key === 'total')?.term).toMatchObject({ min: '350000000000' });
  });

  test('are contested, with both readings', () => {
    const [dispute, ...more] = statusOn(investment).disputes.values();
    expect(more).toEqual([]);
    expect(dispute?.readings.map(({ reading }) => reading.party)).toEqual(['US', 'KR']);
  });

  test('are never in force: nothing binding carries them', () => {
    expect(inForceSpans(investment).size).toBe(0);
  });
});

test('15 percent are in force on Korean goods since 7 August', () => {
  expect(runs('U.S. tariff rate on Korean goods (reciprocal)', 'rate')).toEqual(['15 from 2025-08-07 to ..']);
});

test('25 percent are in force on autos since 3 April', () => {
  expect(runs('U.S. tariff on Korean autos and parts (s.232)', 'rate')).toEqual(['25 from 2025-04-03 to ..']);
});

test('the cost sharing of 2026 is in force in that year alone, which is its period', () => {
  const [run] = inForceSpans(commitment("Korea's share of the cost of U.S. Forces Korea")).get('y2026') ?? [];
  expect(run && [formatDay(run.from), formatDay(run.to)]).toEqual(['2026-01-01', '2026-12-31']);
});

test('the opening of the rice market is a claim and contested, the second dispute joining the first', () => {
  const status = statusOn(commitment("Opening of Korea's rice and beef markets"));
  expect(status.stage).toBe('proposed');
  expect(status.disputes.size).toBe(1);
  expect([...status.disputes.values()][0]?.readings.length).toBeGreaterThan(1);
});

test('shuttle diplomacy is performed in part', () => {
  expect(statusOn(commitment('Institutionalise Japan-Korea shuttle diplomacy'))).toMatchObject({
    stage: 'formalised',
    performance: 'partial',
  });
});
