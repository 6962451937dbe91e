// The Node servers' side of the commands of fanout/command.h.

import readline from 'node:readline';

// As MessageText() of command.cc.
function messageText(seq, bytes) {
  const start = `{"type":"update","seq":${seq},"since":${seq - 1},"data":{"BA":151.25,"x":"`;
  const end = '"}}';
  return start + 'x'.repeat(Math.max(0, bytes - start.length - end.length)) + end;
}

/**
 * Listens on any port, says so, and obeys what comes on standard input.
 * `broadcast` gets each message's text.
 */
export function serve(server, broadcast) {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
    process.stdout.write(`listening ${server.address().port}\n`);
  });
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [name, ...numbers] = line.split(' ');
    if (name === 'usage') {
      const { userCPUTime, systemCPUTime } = process.resourceUsage();
      process.stdout.write(`usage ${userCPUTime} ${systemCPUTime}\n`);
    } else if (name === 'tick') {
      const [first, count, bytes] = numbers.map(Number);
      for (let i = 0; i < count; i += 1) broadcast(messageText(first + i, bytes));
    }
  });
  lines.on('close', () => process.exit(0));
}
