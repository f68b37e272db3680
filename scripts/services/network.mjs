// Ports on loopback, and the question whether something answers on one.
import { connect, createServer } from 'node:net';

const LOWEST = 15_000;
const HIGHEST = 29_999;

/**
 * A free TCP port on 127.0.0.1, between 15000 and 29999: below the range from which systems give ports to outgoing connections. In that range
 * a client that tries again and again to reach a stopped server would sooner or later connect to itself and keep the server off its port.
 * @param {number} [preferred] taken when it is free
 * @returns {Promise<number>}
 */
export async function freePort(preferred) {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Whether a TCP connection opens. @param {string} host @param {number} port @param {number} [patience] milliseconds */
export async function accepts(host, port, patience = 3000) {
  return (await converse({ host, port, patience, isEnough: (_, opened) => opened })).opened;
}

/** Whether a MySQL or MariaDB server greets: it listens before it has read its init file, and greets after. @param {number} port */
export async function greets(port) {
  const { heard } = await converse({ host: '127.0.0.1', port, patience: 1000, isEnough: (text) => text.length > 4 });
  const protocolVersion = heard[4];
  return protocolVersion === 10;
}

/** Whether the Redis that answers on the port is the process meant, and has read its data. @param {number} port @param {number} pid */
export async function answersAs(port, pid) {
  const { heard } = await converse({
    host: '127.0.0.1',
    port,
    patience: 1000,
    request: 'PING\r\nINFO server\r\n',
    isEnough: (text) => text.includes('executable:'),
  });
  const text = heard.toString('latin1');
  return text.startsWith('+PONG') && text.includes(`process_id:${pid}\r\n`);
}

function converse({ host, port, patience, request = '', isEnough }) {
  return new Promise((resolve) => {
    let opened = false;
    let heard = Buffer.alloc(0);
    const socket = connect({ host, port });
    const end = () => {
      socket.destroy();
      clearTimeout(timer);
      resolve({ opened, heard });
    };
    const timer = setTimeout(end, patience);
    const look = () => isEnough(heard, opened) && end();
    socket.on('error', end).on('close', end);
    socket.on('connect', () => {
      opened = true;
      socket.write(request);
      look();
    });
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk]);
      look();
    });
  });
}
