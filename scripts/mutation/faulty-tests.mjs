// @ts-check
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { createVitest } from 'vitest/node';

/** @typedef {import('../../test/mutation/fault').FaultGroup} FaultGroup */
/** @typedef {{ readonly path: string, readonly text: string }} SeededFile A file, with slashes, and the text in its place. */
/**
 * `caught`: `detail` is the name of the first test that failed. `survived`: all tests passed. `invalid`: a failure that is no
 * comparison, such as a shader that does not compile, which proves nothing; `detail` says which.
 *
 * @typedef {{ readonly verdict: 'caught' | 'invalid', readonly detail: string } | { readonly verdict: 'survived' }} Outcome
 */

/** Errors by which a test says that two results differ. */
const COMPARISONS = ['AssertionError', 'MismatchError'];

/** The project's test runner, in which one shader file at a time may have another text. */
export class FaultyTests {
  /** @type {import('vitest/node').Vitest} */
  #vitest;
  /** @type {string} */
  #root;
  /** @type {SeededFile | null} */
  #seeded = null;

  /**
   * @param {string} root
   * @returns {Promise<FaultyTests>}
   */
  static async open(root) {
    /** @type {FaultyTests | undefined} */
    let tests = undefined;
    const vitest = await createVitest(
      'test',
      { root, watch: false, bail: 1, fileParallelism: false, reporters: [{}] },
      { plugins: [{ name: 'octogate-seeded-fault', enforce: 'pre', load: (id) => tests?.textOf(id) }] },
      // Drivers write warnings to it whenever a device opens.
      { stderr: new Writable({ write: (_chunk, _encoding, done) => done() }) },
    );
    tests = new FaultyTests(vitest, root);
    return tests;
  }

  /**
   * @param {import('vitest/node').Vitest} vitest
   * @param {string} root
   */
  constructor(vitest, root) {
    this.#vitest = vitest;
    this.#root = root;
  }

  /**
   * The module that stands for a faulty shader file.
   *
   * @param {string} id
   */
  textOf(id) {
    if (this.#seeded === null || id !== `${this.#seeded.path}?raw`) return null;
    return `export default ${JSON.stringify(this.#seeded.text)};`;
  }

  /**
   * Runs a group's tests, up to the first that fails.
   *
   * @param {SeededFile | null} seeded
   * @param {FaultGroup} group
   * @returns {Promise<Outcome>}
   */
  async run(seeded, { testFile, testName }) {
    const { state } = this.#vitest;
    if (testName === undefined) this.#vitest.resetGlobalTestNamePattern();
    else this.#vitest.setGlobalTestNamePattern(new RegExp(literally(testName)));
    // Failures are counted over all runs, and `bail` would stop this one for an earlier one's.
    state.clearErrors();
    state.filesMap.clear();
    state.idMap.clear();
    const specification = this.#vitest.getRootProject().createSpecification(resolve(this.#root, testFile));
    this.#seed(seeded);
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications([specification]);
    this.#seed(null);
    return outcomeOf(testModules, unhandledErrors);
  }

  async close() {
    await this.#vitest.close();
  }

  /** @param {SeededFile | null} seeded */
  #seed(seeded) {
    for (const file of [this.#seeded, seeded]) {
      if (file !== null) this.#vitest.invalidateFile(file.path);
    }
    this.#seeded = seeded;
  }
}

/** @param {string} text */
function literally(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly unknown[]} unhandledErrors
 * @returns {Outcome}
 */
function outcomeOf(modules, unhandledErrors) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const failed = tests.find((test) => test.result().state === 'failed');
  if (failed !== undefined) {
    const other = failed.result().errors?.find(({ name }) => !COMPARISONS.includes(name ?? ''));
    if (other === undefined) return { verdict: 'caught', detail: failed.fullName };
    return { verdict: 'invalid', detail: `${failed.fullName}: ${other.name}: ${other.message}` };
  }
  const errors = modules.flatMap((module) => [
    ...module.errors(),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
  ]);
  const [error] = [...errors.map(({ message }) => message), ...unhandledErrors.map(String)];
  if (error !== undefined) return { verdict: 'invalid', detail: error };
  if (!tests.some((test) => test.result().state === 'passed')) {
    return { verdict: 'invalid', detail: 'no test has that name' };
  }
  return { verdict: 'survived' };
}
