import { join } from 'node:path';
import { InputError } from '../../errors';
import type { LayerTrace } from '../../index';
import { makeFolder, readBytes, writeBytes } from '../files';
import type { NpyData, NpyDtype } from '../../data';
import { readNpy, writeNpy } from '../npy';
import type { CallTrace, Stage, TracedOutput } from './call-trace';
import { STAGES, stageShape } from './call-trace';

/** Says what a trace folder holds, in the order of computation. */
const MANIFEST = 'trace.json';
const FORMAT = 1;

type LayerEntry = Pick<LayerTrace, 'layer' | 'direction' | 'timesteps' | 'batch' | 'units'> & {
  /** Below the trace folder; holds one array per stage. */
  readonly folder: string;
};

interface OutputEntry {
  readonly name: string;
  readonly file: string;
}

interface Manifest {
  readonly format: typeof FORMAT;
  readonly calls: readonly {
    readonly layers: readonly LayerEntry[];
    readonly outputs: readonly OutputEntry[];
  }[];
}

/** Writes traces as they come: `call0/lstm_0/pre-activation.npy`, `call0/output0.npy`, …, and a list of them. */
export class TraceFolderWriter {
  readonly #folder: string;
  readonly #calls: Manifest['calls'][number][] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async addCall({ layers, outputs }: CallTrace): Promise<void> {
    const call = `call${this.#calls.length}`;
    const layerEntries: LayerEntry[] = [];
    for (const trace of layers) {
      const { layer, direction, timesteps, batch, units } = trace;
      const folder = join(call, layer.replaceAll(/[^\w.-]+/g, '-'));
      await makeFolder(join(this.#folder, folder));
      for (const stage of STAGES) {
        await writeNpy(join(this.#folder, folder, `${stage.file}.npy`), {
          shape: stageShape(trace, stage),
          data: trace[stage.stage],
        });
      }
      layerEntries.push({ layer, direction, timesteps, batch, units, folder });
    }
    const outputEntries: OutputEntry[] = [];
    await makeFolder(join(this.#folder, call));
    for (const [index, { name, shape, data }] of outputs.entries()) {
      const file = join(call, `output${index}.npy`);
      await writeNpy(join(this.#folder, file), { shape, data });
      outputEntries.push({ name, file });
    }
    this.#calls.push({ layers: layerEntries, outputs: outputEntries });
  }

  /** Completes the folder. */
  async close(): Promise<void> {
    const manifest: Manifest = { format: FORMAT, calls: this.#calls };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeBytes(join(this.#folder, MANIFEST), new TextEncoder().encode(text));
  }
}

/**
 * Reads what a `TraceFolderWriter` wrote.
 *
 * @throws InputError naming the file that is missing or not as the list says.
 */
export async function readTraceFolder(folder: string): Promise<CallTrace[]> {
  const { calls } = await readManifest(folder);
  return Promise.all(
    calls.map(async ({ layers, outputs }) => ({
      layers: await Promise.all(layers.map((entry) => readLayer(folder, entry))),
      outputs: await Promise.all(
        outputs.map(async ({ name, file }): Promise<TracedOutput> => {
          return { name, ...(await readNpy(join(folder, file), 'int8', 'float32')) };
        }),
      ),
    })),
  );
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(path));
  const damaged = `${path}: not the list of a trace that \`octogate run --trace\` writes; trace again`;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new InputError(damaged, { cause });
  }
  if ((manifest as Partial<Manifest> | null)?.format !== FORMAT) throw new InputError(damaged);
  return manifest;
}

async function readLayer(folder: string, entry: LayerEntry): Promise<LayerTrace> {
  const read = async <T extends NpyDtype>(stage: Stage, dtype: T): Promise<NpyData<T>> => {
    const path = join(folder, entry.folder, `${stage.file}.npy`);
    const { shape, data } = await readNpy(path, dtype);
    const expected = stageShape(entry, stage);
    if (shape.join() === expected.join()) return data;
    throw new InputError(
      `${path}: shape [${shape.join(', ')}] found, [${expected.join(', ')}] expected; trace again`,
    );
  };
  const { layer, direction, timesteps, batch, units } = entry;
  const [inputAccumulator, recurrentAccumulator, gateSum, preActivation, activation, cell, hidden] = STAGES;
  return {
    layer,
    direction,
    firstTimestep: 0,
    timesteps,
    batch,
    units,
    inputAccumulator: await read(inputAccumulator, 'int32'),
    recurrentAccumulator: await read(recurrentAccumulator, 'int32'),
    gateSum: await read(gateSum, 'int16'),
    preActivation: await read(preActivation, 'int16'),
    activation: await read(activation, 'int16'),
    cell: await read(cell, 'int16'),
    hidden: await read(hidden, 'int8'),
  };
}
