import { addressRange, workerAddress } from '../../../../scripts/rehearsal/swarm-lab/address-range';

describe('addresses of a lab', () => {
  const all = Array.from({ length: 32 }, (_, index) => addressRange(index));

  it('are no other lab’s', () => {
    const things = all.flatMap(range => [
      ...[range.bridge, range.gatewayBridge, range.cgroup, range.host, range.gatewaySubnet, range.containers],
      ...[`overlay ${range.dataPathPort}`, ...Object.values(range.ports).map(String)],
    ]);
    expect(new Set(things).size).toBe(things.length);
  });

  it('are as the kernel takes them: names of 15 characters at most, with a cable’s suffix too', () => {
    for (const { bridge, gatewayBridge } of all) {
      expect(`${bridge}w9`.length).toBeLessThanOrEqual(15);
      expect(gatewayBridge.length).toBeLessThanOrEqual(15);
    }
  });

  it('have ports that no outgoing connection gets', () => {
    for (const port of all.flatMap(({ ports }) => Object.values(ports) as number[])) expect(port).toBeLessThan(32_768);
  });

  it('have room for workers, apart from what the engine hands out', () => {
    const range = addressRange(3);
    expect([1, 2].map(number => workerAddress(range, number))).toEqual(['10.213.6.11', '10.213.6.12']);
    expect(range).toMatchObject({ host: '10.213.6.1', containers: '10.213.6.128/25', gatewaySubnet: '10.213.7.0/24' });
  });
});
