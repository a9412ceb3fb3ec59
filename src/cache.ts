/** About what a map entry and its objects take in memory besides key and value, in bytes. */
const entryBytes = 200;

/**
 * Values by key, together at most `maxBytes`. The least recently used value is dropped first; a value larger than the whole
 * bound is not stored. Every cache in `src` is one of these: src/README.md lists them.
 */
export class Cache<Value> {
  readonly #kept = new Map<string, { readonly value: Value; readonly bytes: number }>();
  readonly #maxBytes: number;
  readonly #bytesOf: (value: Value) => number;
  #bytes = 0;
  /** The key that was used last: it stays where it is when it is used again. */
  #last: string | undefined;

  /** `bytesOf`: about how many bytes of memory a value takes. It must not change while the value is stored. */
  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  /** The bytes of all values stored. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Value | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    if (key !== this.#last) {
      this.#kept.delete(key);
      this.#kept.set(key, found);
      this.#last = key;
    }
    return found.value;
  }

  set(key: string, value: Value): void {
    this.delete(key);
    const bytes = entryBytes + 2 * key.length + this.#bytesOf(value);
    if (bytes > this.#maxBytes) return;
    this.#kept.set(key, { value, bytes });
    this.#last = key;
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key);
    if (!found) return;
    this.#kept.delete(key);
    this.#bytes -= found.bytes;
  }
}
