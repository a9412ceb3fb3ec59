import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pause } from '../turns.ts';

/** How much of a body that nobody wants is read over, in bytes. */
const maxDrained = 16 * 1024 * 1024;

/**
 * Reads over what is left of a body once its request is answered. A sender who sees its connection reset has lost the answer with
 * it, so the connection is let go only when more than 16 MiB come, or when it takes longer than `drainMs`.
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
    // Whoever began to read it would keep it from flowing.
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
 * Lets connections go on which nothing moves for `stallMs` although an answer waits to be taken: a reader that has stopped reading
 * keeps what it was to get in memory. An answer that is still being made is waited for.
 */
export function endStalled(server: Server, stallMs: number, inFlight: ReadonlySet<ServerResponse>): void {
  server.timeout = stallMs;
  server.on('timeout', (socket: Socket) => {
    const isMaking = [...inFlight].some((response) => response.socket === socket && response.writableLength === 0);
    if (isMaking && socket.writableLength === 0) socket.setTimeout(stallMs);
    else socket.destroy();
  });
}
