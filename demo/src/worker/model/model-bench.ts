import { InputError, ModelFormatError } from 'octogate';
import { arraysIn, isArrayFile } from 'octogate/data';
import type { SourceArray } from 'octogate/data';
import { inspectModel } from 'octogate/inspect';
import { recognizeFormat } from 'octogate/import';
import type { Graph, ModelFormat } from 'octogate/import';
import type { RecipeName } from 'octogate/quantize';
import type { QuantizationReport } from 'octogate/report';
import type { Execution } from '../execution';
import { arraySamples, randomSamples } from './calibration-data';
import type { RandomSequences } from './calibration-data';
import type { RandomInputs } from './call-inputs';
import { ModelRunner } from './model-runner';
import type { RunInputs, RunResult, TraceResult, VerifyResult, Watch } from './model-runner';
import type { NamedFile } from './named-file';
import type { QuantizationStep } from './quantize-model';
import type { SampleModels } from './sample-models';
import { sheetOf } from './sheet';
import type { ModelSheet } from './sheet';

/** An array that a visitor gave, in words. */
export interface ArraySheet {
  readonly label: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** What is on the bench. */
export interface BenchSheet {
  /** Counts the models that were opened, so that what was found of one is not taken for another's. */
  readonly opened: number;
  readonly model: ModelSheet | null;
  readonly arrays: readonly ArraySheet[];
  readonly quantized: QuantizedSheet | null;
}

export interface QuantizedSheet {
  /** Counts quantizations. */
  readonly made: number;
  readonly model: ModelSheet;
  readonly recipe: RecipeName;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly report: QuantizationReport;
}

export interface QuantizeRequest {
  readonly recipe: RecipeName;
  /** null: the visitor's arrays. */
  readonly random: RandomSequences | null;
}

interface OpenModel {
  readonly sheet: ModelSheet;
  readonly graph: Graph | null;
}

/** One model of the visitor's and everything that is done with it; one piece of work at a time. */
export class ModelBench {
  readonly #execution: Execution;
  readonly #samples: SampleModels;
  #open: OpenModel | null = null;
  #opened = 0;
  #made = 0;
  #arrays: readonly SourceArray[] = [];
  #quantized: QuantizedSheet | null = null;
  #runner: ModelRunner | null = null;
  #work: AbortController | null = null;

  constructor(execution: Execution, samples: SampleModels) {
    this.#execution = execution;
    this.#samples = samples;
  }

  sheet(): BenchSheet {
    return {
      opened: this.#opened,
      model: this.#open?.sheet ?? null,
      arrays: this.#arrays.map(({ label, dtype, shape }) => ({ label, dtype, shape })),
      quantized: this.#quantized,
    };
  }

  /**
   * Takes what was dropped: a model, perhaps with the JSON that describes it, or arrays for the model that is open.
   *
   * @throws ModelFormatError for bytes that are no well-formed model; InputError for arrays that are damaged, or several models.
   */
  async take(files: readonly NamedFile[]): Promise<BenchSheet> {
    const arrays = files.filter(({ name }) => isArrayFile(name));
    const descriptions = files.filter(({ name }) => /\.json$/i.test(name));
    const models = files.filter((file) => !arrays.includes(file) && !descriptions.includes(file));
    const [model, ...others] = models;
    if (others.length > 0) {
      throw new InputError(`one model at a time: got ${models.map(({ name }) => name).join(', ')}`);
    }
    if (model === undefined && this.#open === null) {
      throw new InputError('that is no model yet: give its file together with these, or before them');
    }
    const read = arrays.flatMap(({ name, bytes }) => arraysIn(name, bytes));
    if (model !== undefined) await this.#openModel(model, descriptions[0] ?? null);
    if (model !== undefined || read.length > 0) this.#arrays = read;
    return this.sheet();
  }

  async openSample(sample: keyof SampleModels): Promise<BenchSheet> {
    await this.#clear();
    return this.take(await this.#samples[sample]());
  }

  /** @returns null if `cancel` ended it */
  async quantize(
    { recipe, random }: QuantizeRequest,
    onProgress: (step: QuantizationStep) => void,
  ): Promise<QuantizedSheet | null> {
    const { graph, sheet } = this.#require();
    if (graph === null) throw new InputError(`${sheet.name} is refused, so there is nothing to quantize`);
    return this.#abortable(async (signal) => {
      const { quantizeModel } = await import('./quantize-model');
      const { file, report } = await quantizeModel({
        name: sheet.name,
        graph,
        fileBytes: sheet.fileBytes,
        samples: random === null ? arraySamples(graph, this.#arrays) : randomSamples(graph, random),
        data: random === null ? 'calibration' : 'random values, for trying only',
        ...{ recipe, onProgress, signal },
      });
      const inspection = await inspectModel(file);
      const name = `${sheet.name.replace(/\.[^.]*$/, '')}-int8.tflite`;
      const model = sheetOf(name, file.length, inspection);
      await this.#replaceRunner(inspection.source?.graph ?? null);
      this.#made += 1;
      this.#quantized = { made: this.#made, model, recipe, file, report };
      return this.#quantized;
    });
  }

  /** @returns null if `cancel` ended it */
  run(random: RandomInputs | null, onProgress: Watch['onProgress']): Promise<RunResult | null> {
    return this.#abortable((signal) =>
      this.#requireRunner().run(this.#inputs(random), { signal, onProgress }),
    );
  }

  /** @returns null if `cancel` ended it */
  verify(random: RandomInputs | null, onProgress: Watch['onProgress']): Promise<VerifyResult | null> {
    return this.#abortable((signal) =>
      this.#requireRunner().verify(this.#inputs(random), { signal, onProgress }),
    );
  }

  /** @returns null if `cancel` ended it */
  trace(random: RandomInputs | null, onProgress: Watch['onProgress']): Promise<TraceResult | null> {
    return this.#abortable((signal) =>
      this.#requireRunner().trace(this.#inputs(random), { signal, onProgress }),
    );
  }

  cancel(): void {
    this.#work?.abort();
    this.#work = null;
  }

  async #openModel({ name, bytes }: NamedFile, description: NamedFile | null): Promise<void> {
    await this.#clear();
    const text = description === null ? null : new TextDecoder().decode(description.bytes);
    const inspection = await inspectFile({ name, bytes }, text);
    const sheet = sheetOf(name, bytes.length, inspection);
    const graph = inspection.source?.graph ?? null;
    this.#open = { sheet, graph };
    if (sheet.verdict === 'runs') await this.#replaceRunner(graph);
  }

  async #clear(): Promise<void> {
    this.cancel();
    this.#opened += 1;
    this.#open = null;
    this.#arrays = [];
    this.#quantized = null;
    await this.#replaceRunner(null);
  }

  async #replaceRunner(graph: Graph | null): Promise<void> {
    const old = this.#runner;
    this.#runner = graph === null ? null : new ModelRunner(this.#execution, graph);
    await old?.dispose();
  }

  #inputs(random: RandomInputs | null): RunInputs {
    return random === null ? { kind: 'arrays', arrays: this.#arrays } : { kind: 'random', ...random };
  }

  #require(): OpenModel {
    if (this.#open === null) throw new InputError('no model is open');
    return this.#open;
  }

  #requireRunner(): ModelRunner {
    if (this.#runner === null) throw new InputError('no integer model is open; quantize it first');
    return this.#runner;
  }

  async #abortable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.cancel();
    const controller = new AbortController();
    this.#work = controller;
    try {
      return await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    }
  }
}

/** Formats whose files may hold weights alone. */
const NEED_DESCRIPTION: readonly (ModelFormat | null)[] = ['keras-hdf5', 'safetensors'];

/** @throws ModelFormatError, with what to drop where a description is missing. */
async function inspectFile(
  { name, bytes }: NamedFile,
  description: string | null,
): ReturnType<typeof inspectModel> {
  if (description !== null) {
    return inspectModel(bytes, { name, pytorch: { description }, keras: { config: description } });
  }
  try {
    return await inspectModel(bytes, { name });
  } catch (error) {
    if (!(error instanceof ModelFormatError) || !NEED_DESCRIPTION.includes(recognizeFormat(bytes)))
      throw error;
    throw new ModelFormatError(
      `${error.message}\nOn this page: if its layers are described in a .json, drop both files together.`,
      { cause: error },
    );
  }
}
