import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asked, eventsOf, type Line } from './asked.ts';
import { at, fits } from './expected.ts';

type Question = { readonly get: string; readonly path: string };
type Case = {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly ask: readonly (Question & { readonly expect: unknown })[];
};
/** The lines of a file of cases. */
function read<T>(name: string): T[] {
  const text = readFileSync(new URL(`../../cases/${name}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

test.each(read<Case>('second-edition.ndjson'))('the contract read plainly answers as it must: $name', ({ lines, ask }) => {
  const events = eventsOf(lines);
  const wrong = ask.flatMap((question) => {
    const answered = asked(events, question.get);
    const found = at(answered, question.path);
    return answered === undefined || fits(found, question.expect) ? [] : [{ ...question, found }];
  });
  expect(wrong).toEqual([]);
});

test('the contract read plainly answers the questions of another desk', () => {
  const events = eventsOf(read<Line>('../../src/data/second-desk.ndjson'));
  const questions = read<{ ask: Question; expect: unknown; because: string; doubt?: string }>('second-desk-questions.ndjson');
  const wrong: unknown[] = [];
  let count = 0;
  for (const { ask, expect: expected, because, doubt } of questions) {
    const answered = asked(events, ask.get);
    if (answered === undefined || doubt !== undefined) continue;
    count++;
    const found = at(answered, ask.path);
    if (!fits(found, expected)) wrong.push({ ...ask, found, expected, because });
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(140);
});
