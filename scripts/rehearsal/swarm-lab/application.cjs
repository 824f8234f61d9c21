'use strict';
/**
 * The web application of the lab. What it does wrong is baked into the image of each version (see sample-images.ts):
 * MODE is `works` or one of the faults below, VERSION is what it calls itself.
 */
const http = require('node:http');

const PORT = Number(process.env.PORT ?? 8080);
const SLOW_MS = 2_000;
const LARGE = Buffer.alloc(3 << 20, 'slipway ');
/** An application that has no memory limit must not take the machine's. */
const MOST_MEMORY = 1 << 30;
const MEMORY_STEP = 16 << 20;

const [mode, value] = (process.env.MODE ?? 'works').split('=');
const version = mode === 'wrong-version' ? '0.0.0' : (process.env.VERSION ?? '');
let served = 0;

/** Whether a request came from a visitor: neither from the health check nor with the secret header of a preview. */
function isPublic(request) {
  const preview = Object.keys(request.headers).some(name => name.startsWith('x-slipway-'));
  return !preview && !/^(127\.0\.0\.1|localhost)(:|$)/.test(request.headers.host ?? '');
}

function isBroken(request) {
  if (request.url === '/healthz') return mode === 'never-healthy';
  if (mode === 'http-500') return true;
  if (isPublic(request)) served += 1;
  return mode === 'fails-after-switch' && served > Number(value);
}

/** Answers when all has arrived: a proxy may cut off an answer that begins before it has sent the whole request. */
function echo(response, request) {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => response.end(Buffer.concat(chunks)));
}

const pages = {
  '/healthz': response => response.end('ok\n'),
  '/version': response => response.end(JSON.stringify({ version })),
  '/slow': response => setTimeout(() => response.end('slow\n'), SLOW_MS),
  '/large': response => response.end(LARGE),
  '/echo': echo,
};

const server = http.createServer((request, response) => {
  response.setHeader('x-version', version);
  if (isBroken(request)) {
    response.statusCode = 500;
    response.end('broken on purpose\n');
    return;
  }
  const page = pages[request.url];
  if (page) page(response, request);
  else response.end(`webshop ${version}\n`);
});
// A proxy keeps its connections for longer than the default of 5 s, and would use one that is just being closed.
server.keepAliveTimeout = 120_000;

function takeMemory(taken = []) {
  if (taken.length * MEMORY_STEP >= MOST_MEMORY) process.exit(137);
  taken.push(Buffer.alloc(MEMORY_STEP, 1));
  setTimeout(takeMemory, 50, taken);
}

process.on('SIGTERM', () => {
  if (mode === 'exit-at-once') process.exit(0);
  server.close(() => process.exit(0));
});

if (mode === 'exit-0') process.exit(0);
if (mode === 'crash-after') {
  setTimeout(
    () => {
      console.error(`crash on purpose after ${value} s`);
      process.exit(1);
    },
    Number(value) * 1000,
  );
}
if (mode === 'oom') setTimeout(takeMemory, 1_000);
server.listen(PORT, () => console.log(`webshop ${version} (${mode}) listens on ${server.address().port}`));
