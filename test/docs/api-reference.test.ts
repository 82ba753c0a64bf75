import { expect, it } from 'vitest';
import packageJson from '../../package.json';
import typedoc from '../../typedoc.json';

it('covers every entry point of the package', () => {
  const sources = Object.values(packageJson.exports).map(({ types }) =>
    types.replace('./dist/types/', 'src/').replace(/\.d\.ts$/, '.ts'),
  );
  expect(typedoc.entryPoints.toSorted()).toEqual(sources.toSorted());
});
