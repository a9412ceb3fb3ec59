import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Sends requests over connections that stay open, in a process of its own: each list in its order, as many at once as there are
 * connections. Tells the milliseconds it took, and the first answer that is no 201.
 */
type Given = { readonly port: number; readonly connections: number; readonly requests: string[][] };

process.on('message', (given: Given) => void sendAll(given));

async function sendAll({ port, connections, requests }: Given): Promise<void> {
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1').setNoDelay());
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const refused: string[] = [];
  const before = performance.now();
  const sendOver = async (socket: Socket): Promise<void> => {
    for (let list = requests.pop(); list; list = requests.pop()) {
      for (const request of list) {
        const answer = await answerTo(socket, request);
        if (!answer.startsWith('HTTP/1.1 201')) refused.push(answer);
      }
    }
  };
  await Promise.all(sockets.map(sendOver));
  const took = performance.now() - before;
  for (const socket of sockets) socket.destroy();
  process.send?.({ took, refused: refused[0] });
}

/** An answer ends with the object that is its body. */
function answerTo(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const read = (chunk: Buffer): void => {
      answer += chunk.toString();
      if (!answer.endsWith('}')) return;
      socket.off('data', read).off('close', reject);
      resolve(answer);
    };
    socket.on('data', read).once('close', reject).write(request);
  });
}
