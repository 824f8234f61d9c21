import { execFileSync } from 'node:child_process';
import { commitTag, imageRepository } from '../../../../scripts/domain/image/image-repository';
import { shellWords } from '../../../../scripts/domain/image/shell-words';

test.each([
  ['registry.example.org/webshop', 'registry.example.org', 'https://registry.example.org', 'webshop'],
  [
    'registry.example.org:5000/team/webshop',
    'registry.example.org:5000',
    'https://registry.example.org:5000',
    'team/webshop',
  ],
  ['127.0.0.1:5000/webshop', '127.0.0.1:5000', 'http://127.0.0.1:5000', 'webshop'],
  ['localhost/webshop', 'localhost', 'http://localhost', 'webshop'],
  ['example/webshop', 'docker.io', 'https://registry-1.docker.io', 'example/webshop'],
  ['debian', 'docker.io', 'https://registry-1.docker.io', 'library/debian'],
])('%s', (reference, server, url, name) => {
  expect(imageRepository(reference)).toEqual({ reference, server, url, name });
});

test.each([
  '',
  'registry.example.org/',
  'Webshop',
  'registry.example.org/webshop:1',
  'registry.example.org/a b',
  'a//b',
])('refuses %j', reference => {
  expect(() => imageRepository(reference)).toThrow('allowed is a name without a tag');
});

test('a commit has a tag of its own', () => {
  expect(commitTag('3209ce7a'.padEnd(40, '0'))).toBe('git-commit-3209ce7');
});

test('words reach the other side of a shell as they are', () => {
  const words = ['printf', '%s|', 'a b', "it's", '$HOME', '`date`', '', 'x=y', '"', '\\', '*', '&&', 'a\nb'];
  const printed = execFileSync('sh', ['-c', shellWords(words)], { encoding: 'utf8' });
  expect(printed).toBe(
    words
      .slice(2)
      .map(word => `${word}|`)
      .join(''),
  );
});
