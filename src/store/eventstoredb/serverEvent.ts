import type { Held } from './losses.ts';
import type { Position } from './place.ts';

/** An event as the server gives it. */
export type ServerEvent = {
  readonly position: Position;
  /** The name of the stream, with its prefix. */
  readonly stream: string;
  readonly revision: number;
  /** A ULID. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
};

/** The metadata of each event on the server, named as in the interchange format. */
export type Metadata = {
  readonly recordedby: string;
  readonly source: string;
  readonly time: string;
  /** The ids of all events of one append, where there are several and not too many. */
  readonly append?: readonly string[];
  /**
   * The newest event that the recorder's replica held when it sent this one. It comes before this one in everybody's order, at
   * the same place, whatever others wrote in between: a replica that reaches this event and holds less lacks something.
   */
  readonly after?: Held;
};

export const streamPrefix = 'commitment-';

/** The stream in which the server records that another stream is deleted or truncated. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`;
}

/** The ids of all events appended together with one, including its own. */
export function idsOfAppend({ id, metadata }: ServerEvent): string[] {
  const append: unknown = (metadata as Partial<Metadata> | null | undefined)?.append;
  return Array.isArray(append) && append.includes(id) ? append.map(String) : [id];
}

/** Whether a stream's name, without its prefix, is that of a commitment. */
export function isNamed(stream: string): boolean {
  return stream.length === 26;
}

export function shortened(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A name from the server made printable: it may hold anything. */
export function printable(name: string): string {
  return /^[\w$-]{1,200}$/.test(name) ? name : shortened(JSON.stringify(name));
}
