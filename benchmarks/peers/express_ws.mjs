// Express with express-ws, as its broadcast example.

import express from 'express';
import expressWs from 'express-ws';
import http from 'node:http';
import { serve } from './commands.mjs';

const app = express();
const server = http.createServer(app);
const sockets = expressWs(app, server);
app.ws('/', () => {});

serve(server, (text) => {
  sockets.getWss('/').clients.forEach((client) => {
    client.send(text);
  });
});
