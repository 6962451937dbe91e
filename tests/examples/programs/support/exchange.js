// HTTP, or what is none, byte by byte.
import {once} from 'node:events';
import net from 'node:net';

import {within} from './program.js';

/** Sends bytes on a bare connection and returns what comes back until it ends. */
export async function exchange(server, bytes) {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await within(once(socket, 'connect'), 'a connection');
  socket.write(bytes);
  await within(once(socket, 'close'), `the end after ${bytes.slice(0, 40)}`);
  return Buffer.concat(chunks).toString('latin1');
}
