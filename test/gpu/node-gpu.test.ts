import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { driverEnvironment } from '../../scripts/driver-environment.mjs';
import type { AdapterSummary } from '../../src/gpu/node-gpu';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the repository, so that it finds the package `webgpu`. */
const BUILT = join(ROOT, 'test-output/node-gpu');
const MODULE = join(BUILT, 'node-gpu.js');

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: BUILT,
      minify: false,
      lib: { entry: join(ROOT, 'src/gpu/node-gpu.ts'), formats: ['es'], fileName: 'node-gpu' },
      rolldownOptions: { external: ['webgpu'] },
    },
  });
});

/**
 * Evaluates an expression on the module in a process of its own, because which drivers are visible is settled when a
 * process starts. Answers with the value, or with the error's class and message.
 */
async function evaluate(expression: string, env: NodeJS.ProcessEnv, module = MODULE): Promise<unknown> {
  const program = `
    import { createNodeGpu, listNodeAdapters } from '${module}';
    const answer = await (${expression}).catch((error) => error.name + ': ' + error.message);
    console.log(JSON.stringify(answer));
  `;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

const DESCRIBE_OPENED = '(await gpu.requestAdapter()).info.architecture';

describe('with the drivers that a checkout offers', async () => {
  const environment = await driverEnvironment('auto', process.env);

  test('lists each adapter once, the default first', async () => {
    const adapters = (await evaluate('listNodeAdapters()', environment)) as AdapterSummary[];
    expect(adapters.length).toBeGreaterThan(0);
    expect(new Set(adapters.map(({ name }) => name)).size).toBe(adapters.length);
    expect(adapters.map(({ isDefault }) => isDefault)).toEqual(adapters.map((_, index) => index === 0));
  });

  test('prefers a real GPU to software, and lavapipe to SwiftShader', async () => {
    const adapters = (await evaluate('listNodeAdapters()', environment)) as AdapterSummary[];
    const ranks = adapters.map(({ kind, name }) => (kind === 'gpu' ? 0 : name.includes('llvmpipe') ? 1 : 2));
    expect(ranks).toEqual(ranks.toSorted());
  });

  test('opens the default adapter when none is named', async () => {
    const [first] = (await evaluate('listNodeAdapters()', environment)) as AdapterSummary[];
    const opened = await evaluate(`createNodeGpu().then(async (gpu) => ${DESCRIBE_OPENED})`, environment);
    expect(opened).toBe(first?.architecture);
  });

  test('answers an unknown name with the names that there are', async () => {
    const adapters = (await evaluate('listNodeAdapters()', environment)) as AdapterSummary[];
    const answer = await evaluate(`createNodeGpu({ adapter: 'voodoo' })`, environment);
    expect(answer).toMatch(/^AdapterError: no adapter matches "voodoo"/);
    for (const { name } of adapters) expect(answer).toContain(name);
  });

  test('gives Node the WebGPU constants', async () => {
    expect(
      await evaluate('createNodeGpu().then(() => [GPUBufferUsage.STORAGE, GPUMapMode.READ])', environment),
    ).toEqual([0x80, 1]);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'with the bundled driver alone',
  async () => {
    const environment = await driverEnvironment('bundled', process.env);

    test('offers SwiftShader', async () => {
      expect(await evaluate('listNodeAdapters()', environment)).toEqual([
        {
          name: 'SwiftShader Device (Subzero)',
          backend: 'vulkan',
          vendor: 'google',
          architecture: 'swiftshader',
          driver: expect.stringContaining('SwiftShader') as string,
          kind: 'software',
          packedDotProduct: true,
          subgroupSizes: [4, 4],
          timestampQuery: true,
          isDefault: true,
        } satisfies AdapterSummary,
      ]);
    });

    test.each(['swiftshader', 'SwiftShader', 'GOOGLE', 'subzero'])('finds it as "%s"', async (adapter) => {
      const opened = await evaluate(
        `createNodeGpu({ adapter: '${adapter}' }).then(async (gpu) => ${DESCRIBE_OPENED})`,
        environment,
      );
      expect(opened).toBe('swiftshader');
    });
  },
);

describe('without any driver', () => {
  const environment = { ...process.env, VK_DRIVER_FILES: '/nonexistent.json' };

  test('says what to install', async () => {
    const answer = await evaluate('createNodeGpu()', environment);
    expect(answer).toMatch(/^AdapterError: no WebGPU adapter/);
    expect(answer).toContain('apt install libvulkan1 mesa-vulkan-drivers');
  });

  test('lists nothing', async () => {
    expect(await evaluate('listNodeAdapters()', environment)).toEqual([]);
  });
});

test('without the package webgpu says how to install it', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'octogate-'));
  try {
    const module = join(elsewhere, 'node-gpu.mjs');
    await copyFile(MODULE, module);
    expect(await evaluate('createNodeGpu()', process.env, module)).toMatch(
      /^AdapterError: .*`webgpu` .* is not installed: run `npm i webgpu`$/,
    );
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
