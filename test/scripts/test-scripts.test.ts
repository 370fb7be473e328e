import { expect, test } from 'vitest';
import { stages } from '../../scripts/test-steps.mjs';
import manifest from '../../package.json' with { type: 'json' };

const scripts: Record<string, string> = manifest.scripts;

test('each step of `npm test` has a script that runs it without the others', () => {
  const steps = stages.flat().map(({ name }) => name);
  const wanted = steps
    // The build comes before any other, and is `npm run build` by itself.
    .filter((name) => name !== 'build')
    .map((name) => [`test:${name}`, `node scripts/test.mjs --only ${name}`]);
  expect(Object.entries(scripts).filter(([name]) => name.startsWith('test:'))).toEqual(wanted);
});
