import { lstatSync, realpathSync } from 'node:fs';
import { LogFault } from '../log.ts';
import { folderChange, inode } from './sqliteFile.ts';

/** The files of SQLite beside the database: the WAL, and its index. */
const besides = ['-wal', '-shm'];

/** The opened file of a log: checks that it is still the one in its place. To be made once SQLite has read from it. */
export class OpenedFile {
  readonly #file: string;
  /** The inodes of the file, and of the files of SQLite beside it, even when `file` is a link into another folder. */
  readonly #inodes: ReadonlyMap<string, string | undefined>;
  readonly #isLink: boolean;
  /** The folder's last change after which the files were found to be the opened ones. */
  #folderSeen: string | undefined;

  constructor(file: string) {
    this.#file = file;
    // SQLite made them at the first read, and they stay while a connection does.
    const real = realpathSync(file);
    const beside = besides.map((suffix) => real + suffix);
    this.#inodes = new Map([file, ...beside].map((path) => [path, inode(path)]));
    this.#isLink = lstatSync(file).isSymbolicLink();
  }

  /**
   * Throws where the file, or one beside it, was replaced: writes into a removed file would be lost with this process. While
   * nothing in the folder was made, renamed or removed, one look at the folder answers for all three. Looking at the WAL itself
   * makes the next write to it a third slower, since Linux 6.13 writes the times of a file again once they have been read.
   */
  assertAllSame(): void {
    const change = this.#isLink ? undefined : folderChange(this.#file);
    if (change !== undefined && change === this.#folderSeen) return;
    if ([...this.#inodes.keys()].some((path) => this.#isReplaced(path))) throw this.#replaced();
    this.#folderSeen = change;
  }

  /** Throws where the file itself was replaced. */
  assertSame(): void {
    if (this.#isReplaced(this.#file)) throw this.#replaced();
  }

  #isReplaced(path: string): boolean {
    return inode(path) !== this.#inodes.get(path);
  }

  #replaced(): LogFault {
    return new LogFault(`${this.#file}: expected the file that was opened, found it removed or replaced`, {
      reason: 'replaced',
    });
  }
}
