import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { party } from '../../domain/codes.ts';
import { parseDay } from '../../domain/dates.ts';
import { problemsOf } from '../../domain/decide.ts';
import { parseJsonBytes, pointerTo } from '../../domain/json.ts';
import type { Problem } from '../../domain/rejection.ts';
import { defineView, definition } from '../../projections/views/view.ts';
import { builtIn, type View } from '../../projections/views/views.ts';

/** The views and groups of a ledger: those built in, and those from a desk's own file. */

const day = z.string().refine((text) => parseDay(text) !== undefined, { error: 'expected a day such as 2020-01-31' });
const member = z.strictObject({ party, since: day.optional(), until: day.optional() });

/** The content of `views.json`: a desk's views, and the members of groups with their days, both included. */
const file = z.strictObject({
  views: z.array(definition).max(200).default([]),
  groups: z.record(party, z.array(member).max(500)).default({}),
});

/** A member of a group, with its first and last day as day numbers. */
export type Member = { readonly group: string; readonly party: string; readonly since: number; readonly until: number };

export type Definitions = {
  readonly views: readonly View[];
  readonly members: readonly Member[];
  /** Differs whenever a view or a group does. */
  readonly digest: string;
};

const builtInDefinitions: Definitions = definitionsOf({ views: [], groups: {} });

/** A reader, with definitions of its own or with those built in. */
type Defining = { readonly definitions?: (() => Definitions) | undefined };

export function definitionsIn({ definitions }: Defining): Definitions {
  return definitions?.() ?? builtInDefinitions;
}

/** The groups of which a party is a member on a day. */
export function groupsOf(reader: Defining, one: string, asOf: number): string[] {
  const { members } = definitionsIn(reader);
  return members.filter((each) => each.party === one && each.since <= asOf && asOf <= each.until).map(({ group }) => group);
}

/** The definitions of a data folder, read again when asked. */
export type DefinitionsFile = {
  /** The definitions in use. Throws, with every problem and its line, where the file was wrong when it was first read. */
  readonly current: () => Definitions;
  /** Reads the file again. Answers its problems, each with its line; if there are any, the present definitions stay. */
  readonly reload: () => readonly string[];
};

/** Opens the file of a desk's views; a missing file has none. */
export function openDefinitions(path: string): DefinitionsFile {
  let read = readDefinitions(path);
  return {
    current: () => {
      if ('problems' in read) throw new Error(['expected sound views', ...read.problems].join('\n'));
      return read;
    },
    reload: () => {
      const found = readDefinitions(path);
      if ('problems' in found) return found.problems;
      read = found;
      return [];
    },
  };
}

function readDefinitions(path: string): Definitions | { problems: string[] } {
  if (!existsSync(path)) return builtInDefinitions;
  return parseDefinitions(readFileSync(path));
}

/** Reads the bytes of `views.json`: the definitions, or what is wrong with them by line. */
export function parseDefinitions(bytes: Uint8Array): Definitions | { problems: string[] } {
  const json = parseJsonBytes(bytes);
  const text = new TextDecoder().decode(bytes);
  if ('problems' in json) return { problems: inLines(json.isJson ? text : undefined, json.problems) };
  const result = file.safeParse(json.value, { reportInput: true });
  if (!result.success) return { problems: inLines(text, problemsOf(result.error)) };
  const names = new Map(builtIn.map(({ name }) => [name, 'is built in']));
  const taken = result.data.views.flatMap(({ name }, index): Problem[] => {
    const why = names.get(name);
    names.set(name, 'stands above already');
    return why === undefined
      ? []
      : [{ pointer: `/views/${index}/name`, detail: `expected a name of its own, found "${name}", which ${why}` }];
  });
  return taken.length > 0 ? { problems: inLines(text, taken) } : definitionsOf(result.data);
}

function definitionsOf({ views, groups }: z.output<typeof file>): Definitions {
  const all = [...builtIn, ...views.map((one): View => defineView(one))];
  const members = Object.entries(groups).flatMap(([group, own]) =>
    own.map(({ party: one, since, until }) => ({
      group,
      party: one,
      since: since === undefined ? -Infinity : (parseDay(since) ?? -Infinity),
      until: until === undefined ? Infinity : (parseDay(until) ?? Infinity),
    })),
  );
  const digest = hash('sha256', JSON.stringify([all.map((view) => view.definition), groups]), 'base64url').slice(0, 8);
  return { views: all, members, digest };
}

/** Adds the line to each problem; a text that is not JSON is reported with its line already. */
function inLines(text: string | undefined, problems: readonly Problem[]): string[] {
  const lines = text === undefined ? undefined : linesIn(text);
  return problems.map(({ pointer, detail }) => {
    const line = lines?.get(pointer) ?? lines?.get(pointer.replace(/\/[^/]*$/, ''));
    return `views.json${line === undefined ? '' : `, line ${line}`}${pointer && `, ${pointer}`}: ${detail}`;
  });
}

/** The line on which each value of a JSON text begins, by its pointer. */
function linesIn(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let [at, line] = [0, 1];
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    line += found.split('\n').length - 1;
    return found;
  };
  const space = /[\s,:\uFEFF]*/y;
  const value = (path: readonly PropertyKey[]): void => {
    take(space);
    lines.set(pointerTo(path), line);
    const open = text[at];
    if (open !== '{' && open !== '[') return void take(/"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y);
    at++;
    for (let index = 0; take(space), at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
      value([...path, open === '[' ? index : (JSON.parse(take(/"(?:[^"\\]|\\.)*"/y)) as string)]);
    }
    at++;
  };
  value([]);
  return lines;
}
