/** What a page found out about the cases that it ran. */
export interface SharedCasesResult {
  readonly passed: number;
  readonly comparedValues: number;
  /** The first difference, or the error, of each case that failed. */
  readonly failures: readonly string[];
}

/**
 * Source of a function for a page: runs cases through the built library on one device and compares every value.
 * `(names, backend) => Promise<SharedCasesResult>`
 */
export const runSharedCases = `async (names, backend) => {
  const { Octogate } = await import('/dist/index.js');
  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  // .npy version 1: the header's length stands at byte 8.
  const readNpy = async (path) => {
    const bytes = await bytesOf(path);
    return new Int8Array(bytes.slice(10 + bytes[8] + 256 * bytes[9]).buffer);
  };
  const failures = [];
  let passed = 0;
  let comparedValues = 0;
  for (const name of names) {
    try {
      const folder = '/cases/' + name;
      const { batch } = JSON.parse(new TextDecoder().decode(await bytesOf(folder + '/meta.json')));
      const model = await Octogate.load(await bytesOf(folder + '/model.tflite'), { backend });
      const session = model.createSession({ batch });
      for (const call of [0, 1]) {
        const output = await session.run(await readNpy(folder + '/input' + call + '.npy'));
        const expected = await readNpy(folder + '/output' + call + '.npy');
        if (output.length !== expected.length) throw new Error(output.length + ' values, not ' + expected.length);
        const index = expected.findIndex((value, at) => value !== output[at]);
        if (index >= 0) throw new Error('call ' + call + ', value ' + index + ': ' + output[index] + ', not ' + expected[index]);
        comparedValues += expected.length;
      }
      model.dispose();
      passed += 1;
    } catch (error) {
      failures.push(name + ': ' + error);
    }
  }
  return { passed, comparedValues, failures };
}`;
