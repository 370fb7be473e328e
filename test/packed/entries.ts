import manifest from '../../package.json' with { type: 'json' };

/** What a person would import: every entry of `exports` that is code, as `{ entry: './axios', name: 'holdfast/axios' }`. */
export const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
  typeof target === 'string' ? [] : [{ entry, name: entry.replace('.', manifest.name), target }],
);
