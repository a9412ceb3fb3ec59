import type { Held } from './losses.ts';
import type { Position } from './place.ts';

/** An event as the server gives it. */
export type ServerEvent = {
  readonly position: Position;
  /** With its prefix. */
  readonly stream: string;
  readonly revision: number;
  /** A ULID. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
};

/** What the server keeps with each event besides its data, named as in the interchange format. */
export type Metadata = {
  readonly recordedby: string;
  readonly source: string;
  readonly time: string;
  /** The ids of all events of one append, where there are several, and not too many to name. */
  readonly append?: readonly string[];
  /**
   * The newest event that the recorder's replica held when it sent this one. It stands before this one in everybody's order, at the
   * same place, whoever wrote meanwhile: a replica that comes to this event and holds less lacks something.
   */
  readonly after?: Held;
};

export const streamPrefix = 'commitment-';

/** The stream in which the server keeps what it knows of another stream: that it is deleted or cut. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`;
}

/** The ids of all events that were appended with one, its own among them. */
export function idsOfAppend({ id, metadata }: ServerEvent): string[] {
  const append: unknown = (metadata as Partial<Metadata> | null | undefined)?.append;
  return Array.isArray(append) && append.includes(id) ? append.map(String) : [id];
}

/** Whether a stream, without its prefix, has the name of a commitment. */
export function isNamed(stream: string): boolean {
  return stream.length === 26;
}

export function shortened(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A name on the server may hold anything. */
export function printable(name: string): string {
  return /^[\w$-]{1,200}$/.test(name) ? name : shortened(JSON.stringify(name));
}
