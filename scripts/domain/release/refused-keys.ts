/**
 * Keys of the Compose specification that a release may not use, and why. They are named one by one, so that whoever
 * brings a Compose file along learns what to do instead of reading that a well-known key is unknown.
 */

const OWN_HOST = 'a task must not see more of the node than its own files, processes and network';
const OWN_RIGHTS = 'a task gets no rights on the node';
const BY_TRAEFIK = "only Traefik listens on the node's ports; add the service to the manifest's routes";
const BY_PROGRAM = 'the release program sets it, as its own checks rely on it';
const NO_EFFECT = 'swarm ignores it';
const ONE_NETWORK = 'the services of a stack share a network and reach each other by name; no other network is joined';
const LIMITS = 'write deploy.resources.limits';

export const REFUSED_SERVICE_KEYS: Readonly<Record<string, string>> = {
  ports: BY_TRAEFIK,
  expose: `${NO_EFFECT}: services of a stack reach each other's ports anyway`,
  network_mode: OWN_HOST,
  networks: ONE_NETWORK,
  links: ONE_NETWORK,
  external_links: ONE_NETWORK,
  extra_hosts: 'it would send requests for a name elsewhere; use a host name of your own in the environment',
  dns: 'the engine resolves names, so that services are found',
  dns_search: 'the engine resolves names, so that services are found',
  dns_opt: 'the engine resolves names, so that services are found',
  hostname: NO_EFFECT,
  domainname: NO_EFFECT,
  mac_address: ONE_NETWORK,
  pid: OWN_HOST,
  ipc: OWN_HOST,
  uts: OWN_HOST,
  cgroup: OWN_HOST,
  cgroup_parent: OWN_HOST,
  userns_mode: OWN_HOST,
  volumes_from: OWN_HOST,
  privileged: OWN_RIGHTS,
  cap_add: OWN_RIGHTS,
  devices: OWN_RIGHTS,
  device_cgroup_rules: OWN_RIGHTS,
  gpus: OWN_RIGHTS,
  security_opt: OWN_RIGHTS,
  sysctls: OWN_RIGHTS,
  ulimits: OWN_RIGHTS,
  runtime: OWN_RIGHTS,
  isolation: OWN_RIGHTS,
  credential_spec: OWN_RIGHTS,
  group_add: OWN_RIGHTS,
  oom_kill_disable: OWN_RIGHTS,
  oom_score_adj: OWN_RIGHTS,
  labels: 'Traefik and the release program obey labels; routes are in the manifest',
  annotations: BY_PROGRAM,
  logging: "the node's limits for logs hold, or one service could fill its disk",
  build: 'a node builds nothing; name the image by its digest',
  env_file: 'the file is not on the node; write environment',
  extends: 'the node has no other file; write the service out',
  profiles: 'what is in a release runs; leave the service out',
  depends_on: `${NO_EFFECT}; use the manifest's groups or stages`,
  restart: BY_PROGRAM,
  scale: 'write deploy.replicas',
  container_name: NO_EFFECT,
  pull_policy: 'images are pulled before anything changes',
  platform: NO_EFFECT,
  shm_size: 'swarm ignores it; write tmpfs: ["/dev/shm:size=64M"]',
  mem_limit: LIMITS,
  memswap_limit: LIMITS,
  mem_reservation: 'write deploy.resources.reservations',
  cpus: LIMITS,
  cpu_quota: LIMITS,
  cpu_shares: LIMITS,
  cpuset: LIMITS,
  pids_limit: LIMITS,
  storage_opt: OWN_RIGHTS,
  post_start: "use the manifest's hooks",
  pre_stop: "use the manifest's hooks",
  stdin_open: 'nobody could type into a task',
  tty: 'nobody could type into a task',
};

export const REFUSED_DEPLOY_KEYS: Readonly<Record<string, string>> = {
  mode: 'a release has a number of replicas; one-off tasks are hooks in the manifest',
  labels: 'Traefik and the release program obey labels; routes are in the manifest',
  update_config: BY_PROGRAM,
  rollback_config: BY_PROGRAM,
  restart_policy: BY_PROGRAM,
  endpoint_mode: BY_PROGRAM,
};

export const REFUSED_RESOURCE_KEYS: Readonly<Record<string, string>> = {
  devices: OWN_RIGHTS,
  generic_resources: OWN_RIGHTS,
};

export const REFUSED_HEALTH_CHECK_KEYS: Readonly<Record<string, string>> = {
  disable: 'without a health check a task counts as healthy as soon as it starts',
  start_interval: 'engines before 25 do not know it',
};

export const REFUSED_STACK_KEYS: Readonly<Record<string, string>> = {
  name: "the stack's name is in the manifest",
  version: 'it has no meaning any more',
  networks: ONE_NETWORK,
  include: 'the node has no other file; write the services out',
};

const NODE_FILES = 'a volume is a folder that Docker made for this stack, and nothing else of the node';

export const REFUSED_VOLUME_KEYS: Readonly<Record<string, string>> = {
  driver: NODE_FILES,
  driver_opts: `${NODE_FILES}; with options a volume can be any folder of the node`,
  external: NODE_FILES,
  name: NODE_FILES,
  labels: BY_PROGRAM,
};

const FROM_SSM = "a secret's content comes from SSM, by the name that it has here";

export const REFUSED_SECRET_KEYS: Readonly<Record<string, string>> = {
  file: FROM_SSM,
  content: FROM_SSM,
  environment: FROM_SSM,
  external: FROM_SSM,
  name: FROM_SSM,
  driver: FROM_SSM,
  template_driver: FROM_SSM,
};

const IN_THE_RELEASE = "a config's content is in the release itself; write content";

export const REFUSED_CONFIG_KEYS: Readonly<Record<string, string>> = {
  file: IN_THE_RELEASE,
  environment: IN_THE_RELEASE,
  external: IN_THE_RELEASE,
  name: IN_THE_RELEASE,
  template_driver: 'a template would let a config read secrets',
};
