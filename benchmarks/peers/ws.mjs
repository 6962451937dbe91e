// Node's ws, as its README broadcasts.

import http from 'node:http';
import WebSocket, { WebSocketServer } from 'ws';
import { serve } from './commands.mjs';

const server = http.createServer();
const sockets = new WebSocketServer({ server });

serve(server, (text) => {
  sockets.clients.forEach((client) => {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  });
});
