import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leafHash, LogFault, type AppendResult, type Log, type NewEvent, type RecordedEvent } from '../../src/store/log.ts';
import { suiteName } from './promises.ts';

/**
 * The promises of the port, one test each. Every backend runs this suite.
 *
 * `open` gives an empty log. `reopen`, for logs that outlive their process, closes a log and opens the same one again. Whoever
 * calls this cleans up what lies behind the logs.
 */
export function describeLog(name: string, open: () => Promise<Log>, reopen?: (log: Log) => Promise<Log>): void {
  describe(`${name}${suiteName}`, () => {
    let log: Log;
    let subscriptions: AbortController;

    beforeEach(async () => {
      log = await open();
      subscriptions = new AbortController();
    });
    afterEach(async () => {
      subscriptions.abort();
      await log.close();
    });

    const ids = async () => (await log.read(0, 1000)).map((event) => event.id);
    const times = async () => (await log.read(0, 1000)).map((event) => event.time);

    /** Appends without regard for the revision, for tests that are about something else. */
    async function record(stream: string, ...events: NewEvent[]): Promise<RecordedEvent[]> {
      const revision = (await log.readStream(stream)).length - 1;
      return recorded(await log.append(stream, revision, events));
    }

    /** Subscribes and collects what arrives. */
    function follow(after: number, signal = subscriptions.signal, each: () => void | Promise<void> = () => undefined) {
      const events: RecordedEvent[] = [];
      const ended = log.subscribe(
        after,
        async (page) => {
          events.push(...page);
          await each();
        },
        signal,
      );
      // A test that does not look at the end of its subscription leaves it to `afterEach`.
      ended.catch(() => undefined);
      return { events, ended, sequences: () => events.map((event) => event.sequence) };
    }

    describe('append', () => {
      test('records the events as they were given, numbered in the log and in their stream', async () => {
        const [first, second, third] = [newEvent(), newEvent({ type: 'disputed' }), newEvent({ recordedBy: 'night desk' })];
        expect(await log.append(streamA, -1, [first, second])).toEqual({
          outcome: 'appended',
          events: [
            { ...first, sequence: 1, stream: streamA, revision: 0 },
            { ...second, sequence: 2, stream: streamA, revision: 1 },
          ],
        });
        expect(await log.append(streamB, -1, [third])).toEqual({
          outcome: 'appended',
          events: [{ ...third, sequence: 3, stream: streamB, revision: 0 }],
        });
      });

      test('reads back what was appended, to the letter', async () => {
        const events = await record(streamA, newEvent(), newEvent());
        expect(await log.read(0, 10)).toEqual(events);
        expect(await log.readStream(streamA)).toEqual(events);
      });

      test('keeps Korean, emoji, quotes, escapes and unusual spaces as they are', async () => {
        const text = '한미 관세 협상 「합의」 🇰🇷🤝🇺🇸 e\u0301 \u00a0\u2028\u2029\ufeff "quoted" \\ \u0000 \ud800';
        const event = newEvent({ data: JSON.stringify({ text }), recordedBy: '외교부 "desk" \\ 1' });
        await record(streamA, event);
        expect(await log.find(event.id)).toMatchObject(event);
      });

      test('of no events is known and writes nothing', async () => {
        expect(await log.append(streamId(1), -1, [])).toEqual({ outcome: 'known', events: [] });
        expect(await log.size()).toBe(0);
      });

      test('keeps an event of 200 KiB', async () => {
        const event = newEvent({ data: JSON.stringify({ text: '협'.repeat(66_000) }) });
        await record(streamA, event);
        expect(await log.find(event.id)).toMatchObject(event);
      });

      test('refuses another revision than the expected one, names the actual one and writes nothing', async () => {
        expect(await log.append(streamA, 0, [newEvent()])).toEqual({ outcome: 'wrong-revision', actual: -1 });
        await record(streamA, newEvent(), newEvent());
        expect(await log.append(streamA, -1, [newEvent()])).toEqual({ outcome: 'wrong-revision', actual: 1 });
        expect(await log.append(streamA, 0, [newEvent(), newEvent()])).toEqual({ outcome: 'wrong-revision', actual: 1 });
        expect(await log.append(streamA, 2, [newEvent()])).toEqual({ outcome: 'wrong-revision', actual: 1 });
        expect(await log.size()).toBe(2);
      });

      test('rejects a time that is no whole millisecond and harms no append beside it', async () => {
        const [bad, good] = [newEvent({ time: start + 0.5 }), newEvent()];
        const results = await Promise.allSettled([log.append(streamA, -1, [bad]), log.append(streamB, -1, [good])]);
        expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
        expect(await ids()).toEqual([good.id]);
      });
    });

    describe('checkpoints', () => {
      test('are read back in order, from any number on, to the letter', async () => {
        expect(await log.checkpoints(0)).toEqual([]);
        const notes = ['한 \u2014 "one"\n\n', 'two\n', 'three\n'];
        for (const [place, note] of notes.entries()) expect(await log.keepCheckpoint(place, note)).toBe(true);
        expect(await log.checkpoints(0)).toEqual(notes);
        expect(await log.checkpoints(2)).toEqual(['three\n']);
        expect(await log.checkpoints(3)).toEqual([]);
      });

      test('are kept at the next number only, and none takes the place of another', async () => {
        expect(await log.keepCheckpoint(1, 'second')).toBe(false);
        expect(await log.keepCheckpoint(0, 'first')).toBe(true);
        expect(await log.keepCheckpoint(0, 'another')).toBe(false);
        expect(await log.keepCheckpoint(0, 'first')).toBe(true);
        expect(await log.checkpoints(0)).toEqual(['first']);
      });

      test('of those that are offered at once for one number, one is kept', async () => {
        const offered = numbers(1, 8).map((number) => `offer ${number}`);
        const kept = await Promise.all(offered.map((note) => log.keepCheckpoint(0, note)));
        expect(kept.filter(Boolean)).toHaveLength(1);
        expect(await log.checkpoints(0)).toEqual([offered[kept.indexOf(true)]]);
      });

      test('have no place among the events', async () => {
        const [first] = await record(streamA, newEvent());
        await log.keepCheckpoint(0, 'of one event');
        const [second] = await record(streamA, newEvent());
        expect(second).toMatchObject({ sequence: 2, revision: 1 });
        expect(await log.read(0, 10)).toEqual([first, second]);
        expect(await log.streamsChanged(0, 10)).toEqual([streamA]);
        expect(await log.condition()).toMatchObject({ findings: [] });
      });
    });

    describe('a repeated append', () => {
      test('is known, answers with the events as first recorded and writes nothing', async () => {
        const events = [newEvent(), newEvent()];
        const first = await record(streamA, ...events);
        expect(await log.append(streamA, -1, events)).toEqual({ outcome: 'known', events: first });
        expect(await log.size()).toBe(2);
      });

      test('is known whatever revision it expects, and after the stream has grown', async () => {
        const event = newEvent();
        const first = await record(streamA, event);
        await record(streamA, newEvent(), newEvent());
        for (const expected of [-1, 0, 2, 7]) {
          expect(await log.append(streamA, expected, [event])).toEqual({ outcome: 'known', events: first });
        }
      });

      test('is known though the clock and the recorder are others', async () => {
        const event = newEvent();
        const first = await record(streamA, event);
        const again = { ...event, time: event.time + 60_000, recordedBy: 'night desk' };
        expect(await log.append(streamA, -1, [again])).toEqual({ outcome: 'known', events: first });
      });

      test('is known for a part of what was appended together, and for what was appended in parts', async () => {
        const [first, second, third] = [newEvent(), newEvent(), newEvent()];
        const together = await record(streamA, first, second);
        const [alone] = await record(streamA, third);
        expect(await log.append(streamA, -1, [second])).toEqual({ outcome: 'known', events: [together[1]] });
        expect(await log.append(streamA, -1, [first, second, third])).toEqual({
          outcome: 'known',
          events: [...together, alone],
        });
      });

      test('is known while the first is still in flight: one of them writes', async () => {
        const event = newEvent();
        const results = await Promise.all([1, 2, 3, 4].map(() => log.append(streamA, -1, [event])));
        expect(results.map((result) => result.outcome).toSorted()).toEqual(['appended', 'known', 'known', 'known']);
        expect(await ids()).toEqual([event.id]);
      });
    });

    describe('an id that is recorded otherwise', () => {
      let event: NewEvent;
      let next: NewEvent;

      beforeEach(async () => {
        [event, next] = [newEvent(), newEvent()];
        await record(streamA, event, next);
      });

      /** What is appended, and where in it the taken id stands. */
      const cases: [string, (event: NewEvent, next: NewEvent) => { stream?: string; events: NewEvent[]; taken: number }][] = [
        ['in another stream', (event) => ({ stream: streamB, events: [event], taken: 0 })],
        ['with other data', (event) => ({ events: [{ ...event, data: '{"other":1}' }], taken: 0 })],
        ['with another type', (event) => ({ events: [{ ...event, type: 'disputed' }], taken: 0 })],
        ['when only the first of the ids is known', (event) => ({ events: [event, newEvent()], taken: 0 })],
        ['when only the last of the ids is known', (_, next) => ({ events: [newEvent(), next], taken: 1 })],
        ['when the ids come in another order', (event, next) => ({ events: [next, event], taken: 1 })],
        ['when it comes twice', (event) => ({ events: [event, event], taken: 1 })],
      ];
      test.each(cases)('is taken %s, whatever revision is expected', async (_, given) => {
        const { stream = streamA, events, taken } = given(event, next);
        for (const expected of [-1, 1, 9]) {
          expect(await log.append(stream, expected, events)).toEqual({ outcome: 'id-taken', id: events[taken]?.id });
        }
        expect(await ids()).toEqual([event.id, next.id]);
      });

      test('or is new but comes twice in one append, is taken', async () => {
        const twice = newEvent();
        expect(await log.append(streamA, 1, [twice, { ...twice }])).toEqual({ outcome: 'id-taken', id: twice.id });
        expect(await ids()).toEqual([event.id, next.id]);
      });
    });

    describe('appends in flight together', () => {
      test('to 64 streams are all recorded, densely, each in its stream', async () => {
        const streams = Array.from({ length: 64 }, (_, index) => streamId(index));
        const results = await Promise.all(streams.map((stream) => log.append(stream, -1, [newEvent(), newEvent()])));
        expect(results.every((result) => result.outcome === 'appended')).toBe(true);
        expect((await log.read(0, 1000)).map((event) => event.sequence)).toEqual(numbers(1, 128));
        for (const [index, stream] of streams.entries()) {
          expect(await log.readStream(stream)).toEqual(recorded(results[index]));
        }
      });

      test('to one stream with the same expected revision: exactly one of 64 wins', async () => {
        const results = await Promise.all(numbers(1, 64).map(() => log.append(streamA, -1, [newEvent()])));
        const won = results.filter((result) => result.outcome === 'appended');
        expect(won).toHaveLength(1);
        expect(results.filter((result) => result.outcome === 'wrong-revision' && result.actual === 0)).toHaveLength(63);
        expect(await log.readStream(streamA)).toEqual(recorded(won[0]));
      });

      test('of several events are never mixed', async () => {
        await Promise.all(numbers(1, 20).map((index) => log.append(streamId(index), -1, [newEvent(), newEvent(), newEvent()])));
        const streams = (await log.read(0, 100)).map((event) => event.stream);
        expect(streams.every((stream, index) => stream === streams[index - (index % 3)])).toBe(true);
      });

      test('are each judged by itself: a refused one takes no other with it', async () => {
        const taken = newEvent();
        await record(streamA, taken);
        const results = await Promise.all([
          log.append(streamB, -1, [newEvent()]),
          log.append(streamB, 5, [newEvent()]),
          log.append(streamId(1), -1, [taken]),
          log.append(streamA, -1, [taken]),
          log.append(streamId(2), -1, [newEvent()]),
        ]);
        const outcomes = ['appended', 'wrong-revision', 'id-taken', 'known', 'appended'];
        expect(results.map((result) => result.outcome)).toEqual(outcomes);
        expect(await log.size()).toBe(3);
      });
    });

    describe('time', () => {
      test('is the clock of the recorder while that goes forward', async () => {
        await record(streamA, newEvent({ time: start }), newEvent({ time: start + 5 }));
        expect(await times()).toEqual([start, start + 5]);
      });

      test('never goes back: not in a stream, not between streams, not within one append', async () => {
        await record(streamA, newEvent({ time: start + 10 }));
        await record(streamA, newEvent({ time: start }));
        await record(streamB, newEvent({ time: start + 20 }), newEvent({ time: start + 5 }), newEvent({ time: start + 30 }));
        expect(await times()).toEqual([10, 10, 20, 20, 30].map((later) => start + later));
      });

      test('in the answer is the time that is recorded', async () => {
        await record(streamA, newEvent({ time: start + 10 }));
        const [late] = await record(streamB, newEvent({ time: start }));
        expect(late?.time).toBe(start + 10);
      });

      test('of a clock more than a minute before the newest event is refused and writes nothing', async () => {
        const newest = start + 60_000;
        const first = newEvent({ time: newest });
        await record(streamA, first);
        const late = [newEvent({ time: start - 1 }), newEvent({ time: newest })];
        expect(await log.append(streamB, -1, late)).toEqual({ outcome: 'clock-behind', time: newest });
        // A retry is told what is recorded, whatever the clock says.
        expect(await log.append(streamA, -1, [{ ...first, time: start - 1 }])).toMatchObject({ outcome: 'known' });
        expect(await log.size()).toBe(1);
        expect(await log.append(streamB, -1, [newEvent({ time: start })])).toMatchObject({ outcome: 'appended' });
        expect(await times()).toEqual([newest, newest]);
      });

      test('sizeAt counts the events that stand before the first later one', async () => {
        await record(streamA, newEvent({ time: start }), newEvent({ time: start + 10 }), newEvent({ time: start + 10 }));
        await record(streamB, newEvent({ time: start + 20 }));
        const asked = [start - 1, start, start + 9, start + 10, start + 19, start + 20, start + 1e9];
        expect(await Promise.all(asked.map((time) => log.sizeAt(time)))).toEqual([0, 1, 1, 3, 3, 4, 4]);
      });
    });

    describe('an empty log', () => {
      test('has size 0, no events, no streams and nothing to find', async () => {
        expect(await log.size()).toBe(0);
        expect(await log.sizeAt(Number.MAX_SAFE_INTEGER)).toBe(0);
        expect(await log.read(0, 10)).toEqual([]);
        expect(await log.readStream(streamA)).toEqual([]);
        expect(await log.streamsChanged(0, 10)).toEqual([]);
        expect(await log.find(newEvent().id)).toBeUndefined();
        expect(await log.verify()).toEqual([]);
      });
    });

    describe('reading', () => {
      beforeEach(async () => {
        await record(streamB, newEvent());
        await record(streamA, newEvent(), newEvent());
        await record(streamB, newEvent());
        await record(streamId(1), newEvent());
      });

      test('goes in pages through the global order, and an empty page is the end', async () => {
        const pages: number[][] = [];
        let after = 0;
        for (;;) {
          const page = await log.read(after, 2);
          pages.push(page.map((event) => event.sequence));
          if (page.length === 0) break;
          after = page.at(-1)?.sequence ?? after;
        }
        expect(pages).toEqual([[1, 2], [3, 4], [5], []]);
      });

      test('starts anywhere, and past the end finds nothing', async () => {
        expect((await log.read(3, 1)).map((event) => event.sequence)).toEqual([4]);
        expect(await log.read(5, 10)).toEqual([]);
        expect(await log.read(99, 10)).toEqual([]);
      });

      test('a stream gives its events by revision, and of an unknown one none', async () => {
        expect((await log.readStream(streamB)).map((event) => [event.sequence, event.revision])).toEqual([
          [1, 0],
          [4, 1],
        ]);
        expect(await log.readStream(streamId(9))).toEqual([]);
      });

      test('a stream up to a size leaves out what came later', async () => {
        expect((await log.readStream(streamB, 4)).map((event) => event.sequence)).toEqual([1, 4]);
        expect((await log.readStream(streamB, 3)).map((event) => event.sequence)).toEqual([1]);
        expect(await log.readStream(streamB, 0)).toEqual([]);
      });

      test('finds an event by its id', async () => {
        for (const event of await log.read(0, 10)) expect(await log.find(event.id)).toEqual(event);
        expect(await log.find(newEvent().id)).toBeUndefined();
      });

      test('a changed page or stream changes nothing that is recorded', async () => {
        const before = await log.read(0, 10);
        (await log.read(0, 10)).pop();
        (await log.readStream(streamB)).reverse();
        expect(await log.read(0, 10)).toEqual(before);
        expect((await log.readStream(streamB)).map((event) => event.revision)).toEqual([0, 1]);
      });

      test('gives the events of many streams as it gives each, in the order asked', async () => {
        const asked = [streamId(1), streamId(9), streamB, streamA];
        for (const size of [0, 1, 4, undefined]) {
          expect(await log.readStreams(asked, size)).toEqual(
            await Promise.all(asked.map((stream) => log.readStream(stream, size))),
          );
        }
        expect(await log.readStreams([])).toEqual([]);
      });

      test('gives the leaf of each event, in the order of the events', async () => {
        const events = await log.read(0, 10);
        expect((await log.leaves(0, 10)).map(hex)).toEqual(events.map((event) => hex(leafHash(log.ledger, event))));
        expect((await log.leaves(3, 1)).map(hex)).toEqual([hex(leafHash(log.ledger, events[3]!))]);
        expect(await log.leaves(5, 10)).toEqual([]);
      });

      test('gives the same when it verifies and when it does not', async () => {
        for (const verify of [true, false, true]) {
          expect(await log.read(1, 3, { verify })).toEqual(await log.read(1, 3));
          expect(await log.readStreams([streamA, streamB], 4, { verify })).toEqual(
            await log.readStreams([streamA, streamB], 4),
          );
        }
      });

      test('names the streams that changed, each once, in the order of their first events', async () => {
        expect(await log.streamsChanged(0, 5)).toEqual([streamB, streamA, streamId(1)]);
        expect(await log.streamsChanged(2, 4)).toEqual([streamB, streamA]);
        expect(await log.streamsChanged(1, 3)).toEqual([streamA]);
        expect(await log.streamsChanged(4, 99)).toEqual([streamId(1)]);
        expect(await log.streamsChanged(3, 3)).toEqual([]);
      });

      test('a sound log has nothing to tell when verified, and is not behind', async () => {
        expect(await log.verify()).toEqual([]);
        expect(await log.condition()).toEqual({ behindMs: 0, findings: [] });
      });
    });

    describe('a subscription', () => {
      test('brings every event from the beginning, then goes on live, each once and in order', async () => {
        await record(streamA, newEvent(), newEvent());
        const { events, sequences } = follow(0);
        await expect.poll(sequences).toEqual([1, 2]);
        await record(streamB, newEvent());
        await record(streamA, newEvent());
        await expect.poll(sequences).toEqual([1, 2, 3, 4]);
        expect(events).toEqual(await log.read(0, 10));
      });

      test('starts in the middle', async () => {
        await record(streamA, newEvent(), newEvent(), newEvent());
        const { sequences } = follow(2);
        await record(streamA, newEvent());
        await expect.poll(sequences).toEqual([3, 4]);
      });

      test('brings the first event of an empty log', async () => {
        const { sequences } = follow(0);
        await record(streamA, newEvent());
        await expect.poll(sequences).toEqual([1]);
      });

      test('loses and repeats nothing while appends go on', async () => {
        const early = follow(0);
        let late = early;
        for (let index = 0; index < 10; index += 1) {
          if (index === 5) late = follow(7);
          await Promise.all(numbers(1, 5).map((part) => log.append(streamId(index * 5 + part), -1, [newEvent()])));
        }
        await expect.poll(early.sequences).toEqual(numbers(1, 50));
        await expect.poll(late.sequences).toEqual(numbers(8, 50));
      });

      test('brings a long log whole', async () => {
        await log.extend(replica(2500, 20));
        const { sequences } = follow(0);
        await expect.poll(() => sequences().length).toBe(2500);
        expect(sequences()).toEqual(numbers(1, 2500));
      });

      test('brings what is added by extend', async () => {
        const { sequences } = follow(0);
        await log.extend(replica(3));
        await expect.poll(sequences).toEqual([1, 2, 3]);
      });

      test('that reads slowly gets one page at a time and slows no other', async () => {
        const gate = Promise.withResolvers<void>();
        let running = 0;
        let maxRunning = 0;
        const slow = follow(0, subscriptions.signal, async () => {
          running += 1;
          maxRunning = Math.max(maxRunning, running);
          await gate.promise;
          running -= 1;
        });
        const fast = follow(0);
        for (let count = 0; count < 5; count += 1) await record(streamA, newEvent());
        await expect.poll(fast.sequences).toEqual(numbers(1, 5));
        expect(slow.events.length).toBeLessThan(5);
        gate.resolve();
        await expect.poll(slow.sequences).toEqual(numbers(1, 5));
        expect(maxRunning).toBe(1);
      });

      test('ends with the error that its reader throws, and disturbs neither the log nor other subscriptions', async () => {
        const error = new Error('the reader has had enough');
        const other = follow(0);
        const throwing = follow(0, subscriptions.signal, () => {
          throw error;
        });
        await record(streamA, newEvent());
        await expect(throwing.ended).rejects.toBe(error);
        await record(streamA, newEvent());
        await expect.poll(other.sequences).toEqual([1, 2]);
        expect(throwing.sequences()).toEqual([1]);
      });

      test('resolves when it is aborted while it waits, and brings nothing after that', async () => {
        const controller = new AbortController();
        const { ended, sequences } = follow(0, controller.signal);
        await record(streamA, newEvent());
        await expect.poll(sequences).toEqual([1]);
        controller.abort();
        await ended;
        await record(streamA, newEvent());
        expect(sequences()).toEqual([1]);
      });

      test('resolves when its reader aborts it', async () => {
        await record(streamA, newEvent());
        const controller = new AbortController();
        const { ended, sequences } = follow(0, controller.signal, () => controller.abort());
        await ended;
        expect(sequences()).toEqual([1]);
      });

      test('that is aborted beforehand resolves and brings nothing', async () => {
        await record(streamA, newEvent());
        const { ended, events } = follow(0, AbortSignal.abort());
        await ended;
        expect(events).toEqual([]);
      });
    });

    describe('extend', () => {
      test('adds events exactly as they are', async () => {
        const events = replica(20);
        await log.extend(events.slice(0, 7));
        await log.extend(events.slice(7));
        expect(await log.read(0, 100)).toEqual(events);
        expect(await log.verify()).toEqual([]);
      });

      test('of nothing adds nothing', async () => {
        await log.extend([]);
        expect(await log.size()).toBe(0);
      });

      test('goes on from what was appended, and append from what was added', async () => {
        const [mine] = await record(streamA, newEvent());
        await log.extend([{ ...newEvent(), stream: streamA, sequence: 2, revision: 1, time: start + 50 }]);
        const [last] = await record(streamA, newEvent());
        expect(mine).toMatchObject({ sequence: 1, revision: 0 });
        expect(last).toMatchObject({ sequence: 3, revision: 2, time: start + 50 });
      });

      test('makes its events known to a repeated append', async () => {
        const events = replica(1);
        await log.extend(events);
        const [{ stream, ...event }] = events as [RecordedEvent];
        expect(await log.append(stream, -1, [event])).toEqual({ outcome: 'known', events });
      });

      const wrongs: [string, (events: RecordedEvent[]) => Partial<RecordedEvent>][] = [
        ['a gap in the sequences', () => ({ sequence: 5 })],
        ['a sequence that is recorded', () => ({ sequence: 3 })],
        ['a gap in the revisions', ([, , third]) => ({ stream: third?.stream ?? '', revision: 9 })],
        ['a revision that is recorded', ([first]) => ({ stream: first?.stream ?? '', revision: 0 })],
        ['a stream that does not begin with revision 0', () => ({ stream: streamId(77), revision: 1 })],
        ['a time that goes back', () => ({ time: start - 1 })],
        ['an id that is recorded', ([first]) => ({ id: first?.id ?? '' })],
      ];
      test.each(wrongs)('rejects %s and writes nothing of the call', async (_, wrong) => {
        const events = replica(4);
        const broken = events.map((event, index) => (index === 3 ? { ...event, ...wrong(events) } : event));
        await log.extend(broken.slice(0, 1));
        await expect(log.extend(broken.slice(1))).rejects.toThrow(LogFault);
        expect(await log.read(0, 10)).toEqual(events.slice(0, 1));
        expect(await log.readStream(events[1]?.stream ?? '')).toEqual(events.slice(0, 1));
        expect(await log.find(events[2]?.id ?? '')).toBeUndefined();
        await log.extend(events.slice(1));
        expect(await log.read(0, 10)).toEqual(events);
      });
    });

    describe('close', () => {
      test('waits for appends in flight', async () => {
        const append = log.append(streamA, -1, [newEvent()]);
        await log.close();
        expect((await append).outcome).toBe('appended');
      });

      test('ends subscriptions', async () => {
        const { ended } = follow(0);
        await log.close();
        await expect(ended).resolves.toBeUndefined();
      });

      test('makes appends and extends after it reject', async () => {
        await log.close();
        await expect(log.append(streamA, -1, [newEvent()])).rejects.toThrow(LogFault);
        await expect(log.extend(replica(1))).rejects.toThrow(LogFault);
      });

      test('may be called twice', async () => {
        await log.close();
        await expect(log.close()).resolves.toBeUndefined();
      });
    });

    if (!reopen) return;

    describe('when opened again', () => {
      test('the log has its name and everything that was appended or added', async () => {
        const name = log.ledger;
        await log.extend(replica(3));
        await record(streamB, newEvent(), newEvent());
        const events = await log.read(0, 10);
        log = await reopen(log);
        expect(log.ledger).toBe(name);
        expect(await log.read(0, 10)).toEqual(events);
        expect(await log.verify()).toEqual([]);
      });

      test('the checkpoints that were kept are still there', async () => {
        await log.keepCheckpoint(0, 'first');
        log = await reopen(log);
        expect(await log.keepCheckpoint(1, 'second')).toBe(true);
        expect(await log.checkpoints(0)).toEqual(['first', 'second']);
        expect(await log.verify()).toEqual([]);
      });

      test('the log has what was in flight when it was closed', async () => {
        const appends = numbers(1, 10).map((index) => log.append(streamId(index), -1, [newEvent()]));
        log = await reopen(log);
        expect((await Promise.all(appends)).every((result) => result.outcome === 'appended')).toBe(true);
        expect(await log.size()).toBe(10);
      });

      test('a repeated append is still known, and numbers and times go on', async () => {
        const event = newEvent({ time: start + 10 });
        const first = await record(streamA, event);
        log = await reopen(log);
        expect(await log.append(streamA, -1, [event])).toEqual({ outcome: 'known', events: first });
        const [next] = await record(streamA, newEvent({ time: start }));
        expect(next).toMatchObject({ sequence: 2, revision: 1, time: start + 10 });
      });
    });
  });
}

/** Noon on 22 August 2025, UTC. */
export const start = Date.UTC(2025, 7, 22, 12);

let made = 0;

/** An event with an id of its own. */
export function newEvent(given: Partial<NewEvent> = {}): NewEvent {
  made += 1;
  return {
    id: `01K38TCSG0EEEEEEEEEE${String(made).padStart(6, '0')}`,
    type: 'pledged',
    data: `{"happened":"2025-08-22","number":${made}}`,
    time: start,
    recordedBy: 'desk',
    ...given,
  };
}

/** The id of a commitment. */
export function streamId(index: number): string {
  return `01K38TCSG0SSSSSSSSSS${String(index).padStart(6, '0')}`;
}

const streamA = streamId(900_001);
const streamB = streamId(900_002);

/** Events as another log has recorded them: in one stream, and the last ones, by default half of them, in one stream each. */
function replica(count: number, alone = count / 2): RecordedEvent[] {
  return numbers(1, count).map((sequence) => {
    const isAlone = sequence > count - alone;
    const place = { sequence, stream: isAlone ? streamId(sequence) : streamA, revision: isAlone ? 0 : sequence - 1 };
    return { ...newEvent({ time: start + sequence }), ...place };
  });
}

/** The whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function recorded(result: AppendResult | undefined): RecordedEvent[] {
  expect(result).toMatchObject({ outcome: 'appended' });
  return result?.outcome === 'appended' ? [...result.events] : [];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
