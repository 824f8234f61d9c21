import type { SwarmApplication, SwarmService } from '../../stacks/swarm/application';
import { sampleService } from './sample-release';

/** The files of a small shop. Its base is the lab's sample application, which says the version that it was built as. */
export const SHOP: Readonly<Record<string, string>> = {
  Dockerfile: `ARG BASE
FROM \${BASE}
ARG VERSION
ENV VERSION=\${VERSION}
ENV MODE=works
COPY client /client
RUN sh /client/build.sh
`,
  'client/build.sh': 'echo built > /client/bundle.js\n',
  'version.txt': '0\n',
};

const { image: _, ...service } = sampleService('');
/** Its one service, with the image that was built of it. */
export const WEB: SwarmService = service;

/** What runs on the nodes: quick to judge, so that a story does not wait for what other lanes look at. */
export const SHOP_SWARM: SwarmApplication = {
  services: { web: WEB },
  routes: { web: { port: 8080 } },
  check: { path: '/healthz', version: { path: '/version' }, smoke: ['/'] },
  watchSeconds: 1,
  drainSeconds: 1,
  registry: { username: 'webshop', passwordSecret: 'registry-token' },
};
