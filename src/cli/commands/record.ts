import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { eventTypes } from '../../../domain/announcement.ts';
import { decodeUtf8, parseJson } from '../../../domain/json.ts';
import { waiting } from '../../http/drafts/drafted.ts';
import { hint } from '../../http/dryRun.ts';
import { announcementTypes } from '../../http/record/subject.ts';
import { send } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { confirmed, type Dialogue, dialogueOn, ownTerminal } from '../asking/dialogue.ts';
import { askForMissing, type Given, isMissing } from '../asking/recordAsked.ts';
import type { Command } from 'commander';
import { jsonOption } from '../flags.ts';
import { input } from '../inputs.ts';
import { print, printJson, toJson } from '../text/terminal.ts';
import { serverOption, keyOption, recorderOption, example, collected } from './options.ts';
import { withAsk } from './asking.ts';
import { documentInWords, hintInWords, recordDocument, waitsInWords } from './recordDocument.ts';

/** The options of `ledger record`. */
export type RecordOptions = {
  readonly commitment?: string;
  readonly document?: string;
  readonly file?: string;
  readonly set: readonly string[];
  readonly saidBy: readonly string[];
  readonly source: readonly string[];
  readonly ifMatch?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

const recorded = z.union([
  z.object({ id: z.string(), sequence: z.int(), dryRun: z.literal(true).optional(), hints: z.array(hint).optional() }),
  waiting,
]);
type Recorded = z.infer<typeof recorded>;

/** The fields of the file, then those of the options. */
async function fieldsGiven(type: string | undefined, options: RecordOptions): Promise<Record<string, unknown>> {
  if (type !== undefined && !eventTypes.some((one) => one === type))
    throw new Error(`expected a type (${eventTypes.join(', ')}), found "${type}"`);
  const { type: typeOfFile = type, ...fieldsOfFile } = options.file === undefined ? {} : await fieldsOf(options.file);
  if (typeOfFile !== type) {
    throw new Error(
      `expected the type that was typed (${type}) in ${options.file}, or none, found ${JSON.stringify(typeOfFile)}`,
    );
  }
  const fields: Record<string, unknown> = {
    ...fieldsOfFile,
    ...fieldsSet(options.set),
  };
  if (options.saidBy.length > 0) fields['saidBy'] = options.saidBy.map(speakerOf);
  if (options.source.length > 0) fields['sources'] = options.source.map(sourceOf);
  return fields;
}

/** Records one event, sent to the API as one body. */
async function recordByHand(
  ask: Ask,
  { type, fields }: { type: string; fields: Record<string, unknown> },
  options: RecordOptions,
): Promise<Recorded> {
  const query = options.dryRun ? '?dryRun' : '';
  if (type === 'opened') {
    const body = options.commitment === undefined ? fields : { id: options.commitment, ...fields };
    return send(ask, recorded, `/commitments${query}`, body);
  }
  if (options.commitment === undefined)
    throw new Error('expected --commitment with the id of a recorded commitment, found none');
  const headers: Record<string, string> = options.ifMatch === undefined ? {} : { 'If-Match': `"${options.ifMatch}"` };
  return send(
    ask,
    recorded,
    `/commitments/${encodeURIComponent(options.commitment)}/announcements${query}`,
    { type, ...fields },
    headers,
  );
}

/** Asks for what is missing and records it once a person has seen and confirmed it; undefined where the person declines. */
export async function recordAsked(
  ask: Ask,
  dialogue: Dialogue,
  given: Given,
  { dryRun = false, ifMatch }: Pick<RecordOptions, 'dryRun' | 'ifMatch'>,
): Promise<Recorded | undefined> {
  try {
    const { path, body } = await askForMissing(ask, dialogue, given);
    if (dryRun || !(await confirmed(dialogue, 'Record it?'))) return undefined;
    return await send(ask, recorded, path, body, ifMatch === undefined ? {} : { 'If-Match': `"${ifMatch}"` });
  } finally {
    dialogue.close();
  }
}

async function fieldsOf(file: string): Promise<Record<string, unknown>> {
  const text = decodeUtf8(await buffer(input(file)));
  if (text === undefined) throw new Error(`expected ${file} to be in UTF-8, found bytes that are not UTF-8`);
  const value = jsonOf(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw noObject(file, text);
  return { ...value };
}

function noObject(where: string, text: string): Error {
  return new Error(`expected one JSON object in ${where}, found ${text.slice(0, 40)}`);
}

/** The fields of `--set`, each given once. */
function fieldsSet(options: readonly string[]): Record<string, unknown> {
  const fields = options.map(fieldOf);
  const names = fields.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`expected each field once, found --set ${repeated}=… twice`);
  return Object.fromEntries(fields);
}

/** `happened=2025-10-01`; lists and objects as JSON: `terms=[{…}]`. */
function fieldOf(option: string): [string, unknown] {
  const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(option) ?? [];
  if (name === undefined || value === undefined) throw new Error(`expected --set field=value, found "${option}"`);
  if (name === 'type') throw new Error('expected the type once, as the first argument, found it in --set too');
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  if (!/^[[{]/.test(value)) return [name, value];
  return [name, jsonOf(value, `--set ${name}=…`, `expected JSON in --set ${name}=…, found ${value.slice(0, 40)}`)];
}

/** The value of a JSON text; throws what is wrong with it and where. `noJson`: the message for text that is no JSON at all. */
function jsonOf(text: string, where: string, noJson = noObject(where, text).message): unknown {
  const read = parseJson(text);
  if ('value' in read) return read.value;
  if (!read.isJson) throw new Error(noJson);
  throw new Error(read.problems.map(({ pointer, detail }) => `in ${where} at ${pointer}: ${detail}`).join('\n'));
}

/** `KR`, or `person:lee-jae-myung for KR`. */
function speakerOf(option: string): { actor: string; for?: string } {
  const [actor = '', party] = option.split(' for ');
  return { actor, ...(party !== undefined && { for: party }) };
}

/** The outcome of sending, in words. A service with --review stores it as a draft. */
function outcomeInWords(answer: Recorded): string {
  if ('draft' in answer) return waitsInWords(answer);
  if (!answer.dryRun) return `recorded ${answer.id} as event ${answer.sequence}\n`;
  return `nothing recorded; it would be event ${answer.sequence}\n${(answer.hints ?? []).map(hintInWords).join('')}`;
}

/** A publisher and an address: `Yonhap https://…`. */
function sourceOf(option: string): { publisher: string; url?: string } {
  const at = option.search(/\s\S+$/);
  const url = option.slice(at + 1);
  if (at === -1 || !/^\S+:\/\/\S/.test(url)) return { publisher: option };
  return { publisher: option.slice(0, at).trimEnd(), url };
}

/** Adds `ledger record`. */
export function addRecord(ledger: Command): void {
  ledger
    .command('record')
    .argument('[type]', eventTypes.join(', '))
    .description(
      'record one event through the same rules as the API; on a terminal what is missing is asked for, elsewhere it is refused field by field',
    )
    .option('--commitment <id>', 'the commitment; with opened, the id of the new one')
    .option(
      '--document <file>',
      'YAML, JSON with comments, xlsx or csv: what one document says of many commitments; all or nothing',
    )
    .option('--file <file>', 'a JSON object with the fields; - for standard input')
    .option('--set <field=value>', 'a field; a value that begins with [ or { is JSON', collected, [])
    .option('--said-by <speaker>', 'an actor, and for whom: KR, or "person:lee-jae-myung for KR"', collected, [])
    .option('--source <source>', 'a publisher and an address: "Yonhap https://…"', collected, [])
    .option('--if-match <revision>', 'only if the commitment is at this revision')
    .option('--dry-run', 'judge it, say what looks doubtful, and record nothing')
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyOption())
    .addOption(recorderOption())
    .addHelpText(
      'after',
      example(
        'ledger record observed --commitment 01K38TCSG08170QPCPMJCEX2X0 --set happened=2025-10-01 --said-by "office:kr-mnd for KR" --source "Yonhap https://example.org/1"',
      ),
    )
    .action(async (type: string | undefined, options: RecordOptions, command: Command) =>
      withAsk(command, async (ask) => {
        if (options.document !== undefined) {
          if (type !== undefined) throw new Error(`expected a type or --document, found both (${type})`);
          const all = await recordDocument(ask, options.document, options);
          return options.json ? printJson(toJson(all)) : print(documentInWords(all));
        }
        const terminal = options.json ? undefined : ownTerminal();
        if (type === undefined && (!terminal || options.file !== undefined))
          throw new Error(`expected a type (${eventTypes.join(', ')}) or --document, found neither`);
        const fields = await fieldsGiven(type, options);
        const given = { type: announcementTypes.find((one) => one === type), commitment: options.commitment, fields };
        if (terminal && type !== 'opened' && type !== 'corrected' && isMissing(given)) {
          const recorded = await recordAsked(ask, dialogueOn(terminal), given, options);
          return print(recorded ? outcomeInWords(recorded) : 'nothing is recorded\n');
        }
        const recorded = await recordByHand(ask, { type: type ?? '', fields }, options);
        await (options.json ? printJson(toJson(recorded)) : print(outcomeInWords(recorded)));
      }),
    );
}
