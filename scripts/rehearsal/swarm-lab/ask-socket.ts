import { request } from 'node:http';

/** Status of a request over a unix socket; undefined when nobody answers. */
export function askSocket(socketPath: string, path: string, method = 'GET'): Promise<number | undefined> {
  return new Promise(resolve => {
    const asked = request({ socketPath, path, method, timeout: 5_000 }, response => {
      response.resume();
      response.on('close', () => resolve(response.statusCode));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}
