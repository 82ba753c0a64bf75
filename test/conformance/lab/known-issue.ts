import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at } from '../../../src/errors';
import { writeNpy } from '../../../src/cli/npy';
import type { ConformanceCase, Layer } from '../../../src/conformance/conformance-case';
import { variantOf } from '../../../src/conformance/conformance-case';
import { describeVerdict, writeCase } from '../../../src/conformance/judge-case';
import type { Verdict } from '../../../src/conformance/judge-case';
import type { Leg } from '../../../src/conformance/leg';

/**
 * Saves a failing case as a folder that needs nothing of the lab: `model.tflite`, the inputs of the calls, the outputs of
 * the reference, and what else is known in `meta.json`. `octogate verify` runs it.
 *
 * @param generated the case that was reduced to this one
 * @returns the folder
 */
export async function saveKnownIssue(
  parent: string,
  failing: { readonly conformanceCase: ConformanceCase; readonly leg: Leg; readonly verdict: Verdict },
  generated: ConformanceCase,
  reference: Leg,
): Promise<string> {
  const { conformanceCase, leg, verdict } = failing;
  const folder = join(parent, `${generated.name}-${slug(leg.name)}`);
  await mkdir(folder, { recursive: true });
  const written = writeCase(conformanceCase);
  await writeFile(join(folder, 'model.tflite'), written.model);
  const { layers, calls } = conformanceCase;
  for (const [call, data] of calls.entries()) {
    await writeNpy(join(folder, `input${call}.npy`), {
      shape: shapeOf(conformanceCase, layers[0].inputs),
      data,
    });
  }
  const { outputs } = at(layers, layers.length - 1);
  const expected = await reference.answer(written);
  for (const [call, data] of expected.outputs.entries()) {
    await writeNpy(join(folder, `output${call}.npy`), { shape: shapeOf(conformanceCase, outputs), data });
  }
  await writeFile(
    join(folder, 'meta.json'),
    `${JSON.stringify(metaOf(conformanceCase, generated, leg, verdict), null, 2)}\n`,
  );
  return folder;
}

function metaOf(conformanceCase: ConformanceCase, generated: ConformanceCase, leg: Leg, verdict: Verdict) {
  const { batch, timesteps, order, layers } = conformanceCase;
  return {
    leg: leg.name,
    problem: describeVerdict(verdict),
    reducedFrom: generated.name,
    batch,
    time: timesteps,
    order,
    n_input: layers[0].inputs,
    layers: layers.map(metaOfLayer),
  };
}

/** In the words of `../shared/conformance`. */
function metaOfLayer(layer: Layer) {
  const { layerNorm, projection, peephole, coupledGates } = variantOf(layer);
  return {
    ln: layerNorm,
    proj: projection,
    peep: peephole,
    cifg: coupledGates,
    pbias: layer.projection !== null && layer.projection.bias !== null,
    n_cell: layer.units,
    n_output: layer.outputs,
    cell_clip: layer.cellClip,
    proj_clip: layer.projectionClip,
    cell_exp: layer.cellScaleLog2,
    zh: layer.output.zeroPoint,
    zm: layer.hidden.zeroPoint,
  };
}

function shapeOf({ batch, timesteps, order }: ConformanceCase, features: number): number[] {
  switch (order) {
    case 'batchMajor':
      return [batch, timesteps, features];
    case 'timeMajor':
      return [timesteps, batch, features];
    case 'oneStep':
      return [batch, features];
  }
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
