import { parseNodeSettings } from '../../../../scripts/domain/release/node-settings';
import { changed } from '../../../support/changed';
import { node } from '../../../support/release-documents';

const { stacks } = node;
const least = { name: 'webshop-prod', stacks, region: 'eu-central-1', vault: 'webshop-prod-vault' };

describe('the settings of a node', () => {
  it('have the defaults of a node', () => {
    expect(parseNodeSettings(JSON.stringify(least))).toEqual(node);
  });

  it('may be other ones, as in a lab', () => {
    const lab = {
      ...least,
      ...{ state: '/tmp/lab', docker: '/tmp/lab/docker.sock', publicPort: 8443 },
      awsEndpointUrl: 'http://127.0.0.1:5000',
    };
    expect(parseNodeSettings(JSON.stringify(lab))).toEqual({ ...lab, dynamic: '/tmp/lab/dynamic' });
    expect(parseNodeSettings(JSON.stringify({ ...lab, dynamic: '/tmp/watched' })).dynamic).toBe('/tmp/watched');
  });

  it.each([
    ['no name', 'name', undefined, 'name is missing'],
    ['no stacks', 'stacks', {}, 'stacks is empty, name at least one stack'],
    ['a stack in capitals', 'stacks.Blog', stacks['webshop-prod'], 'stacks is "Blog"'],
    ['no host names', 'stacks.webshop-prod.hostnames', [], 'stacks.webshop-prod.hostnames has 0 items'],
    ['a wrong host name', 'stacks.webshop-prod.hostnames', ['a_b'], 'hostnames[0] is "a_b"'],
    ['a parameter path without a slash', 'stacks.webshop-prod.parameterPath', 'a', 'parameterPath is "a"'],
    ['a relative folder', 'state', 'var', 'state is "var", allowed is an absolute path'],
    ['port 0', 'publicPort', 0, 'publicPort is 0'],
    ['a zone as region', 'region', 'eu-central-1a', 'region is "eu-central-1a"'],
    ['no vault', 'vault', undefined, 'vault is missing'],
    ['a path in the endpoint', 'awsEndpointUrl', 'http://a/b', 'awsEndpointUrl is "http://a/b"'],
    ['an unknown key', 'hostnames', [], 'hostnames is not known'],
  ])('fail with %s', (_, at, value, message) => {
    const parse = () => parseNodeSettings(JSON.stringify(changed(least, at, value)));
    expect(parse).toThrow(message);
    expect(parse).toThrow('; correct /etc/slipway/node.json');
  });
});
