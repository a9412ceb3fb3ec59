import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pause } from '../turns.ts';

/** The maximum number of bytes of an unwanted body that are read and dropped. */
const maxDrained = 16 * 1024 * 1024;

/**
 * Reads and drops the rest of a body once its request is answered, since a reset connection would lose the answer. Closes the
 * connection when more than 16 MiB arrive, or when it takes longer than `drainMs`.
 */
export function drainAfter(incoming: IncomingMessage, outgoing: ServerResponse, drainMs: number): void {
  outgoing.once('finish', () => {
    const { socket } = incoming;
    if (incoming.complete || socket.destroyed) return;
    let left = maxDrained;
    const giveUp = (): void => void socket.destroy();
    const tooLong = setTimeout(giveUp, drainMs).unref();
    incoming.once('close', () => clearTimeout(tooLong));
    incoming.once('end', () => clearTimeout(tooLong));
    // A stream that something else began to read does not flow by itself.
    incoming.removeAllListeners('readable');
    incoming.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left < 0) return giveUp();
      incoming.pause();
      void pause().then(() => incoming.resume());
    });
    incoming.resume();
  });
}

/**
 * Closes connections on which nothing moves for `stallMs` while an answer waits to be read: a stalled reader holds that answer
 * in memory. A connection whose answer is still being made stays open.
 */
export function endStalled(server: Server, stallMs: number, inFlight: ReadonlySet<ServerResponse>): void {
  server.timeout = stallMs;
  server.on('timeout', (socket: Socket) => {
    const isMaking = [...inFlight].some((response) => response.socket === socket && response.writableLength === 0);
    if (isMaking && socket.writableLength === 0) socket.setTimeout(stallMs);
    else socket.destroy();
  });
}
