import { InputError, Octogate } from 'octogate';

/** Runs a model that was fetched on a pattern: what the page says is compared with what Node says. */
export async function classify(url) {
  const model = await Octogate.load(await (await fetch(url)).arrayBuffer());
  const session = model.createSession();
  const input = Int8Array.from({ length: 28 * 28 }, (_, index) => ((index * 37) % 256) - 128);
  const output = await session.run(input);
  const refusal = await session.run(new Int8Array(1)).catch((error) => error);
  const { gpu } = await model.diagnostics();
  model.dispose();
  return {
    output: [...output],
    refusal: { name: refusal.name, isInputError: refusal instanceof InputError },
    adapter: gpu.capabilities.adapter.description,
    path: gpu.lstm[0].path,
  };
}
