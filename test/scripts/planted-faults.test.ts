import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutants } from '../../conformance/mutants.js';
import { root } from '../../scripts/run.mjs';

const planted = mutants.flatMap((mutant) => ('edits' in mutant ? [mutant] : []));

test.each(planted)('"$does" has its place in the source, once', async ({ edits }) => {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = texts.get(file) ?? (await readFile(join(root, 'src', file), 'utf8'));
    expect(text.split(find), `${find} in src/${file}`).toHaveLength(2);
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
});
