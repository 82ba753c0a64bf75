import { importKeras } from '../../src/import/keras';
import type { Graph } from '../../src/model';
import { BINS, FRAME } from './frames';

/** What keeps the logarithm of silence, and the division by the deviation of silence, finite. */
const EPSILON = 1e-7;
const UNITS = 128;
/** Values of a frame inside stage 2. */
export const ENCODED = 256;

/** DTLN's two networks, `[clips, frames, values]` each. */
export interface DtlnGraphs {
  /** Magnitudes of spectra, 257 bins, -> the factor of each. */
  readonly spectralMask: Graph;
  /** Frames of 512 samples that the first has masked -> frames that add up to the clean signal. */
  readonly refine: Graph;
}

export interface DtlnOptions {
  /** The first network sees logarithms of magnitudes, normalised frame by frame, as in `DTLN_norm_40h.h5`. */
  readonly norm: boolean;
}

/**
 * DTLN's networks from the authors' Keras weights. Their files hold no description, and the network around the two (cutting
 * into frames, Fourier transforms, overlapping) is made of Lambda layers, whose code no file holds: so the descriptions are
 * ours, with the layers named as in the files, and what is around them is `denoise`.
 *
 * @param weights `model.h5`, or `DTLN_norm_40h.h5` with `norm`
 */
export function dtlnFromKeras(weights: Uint8Array, { norm }: DtlnOptions): DtlnGraphs {
  return {
    spectralMask: importKeras(weights, { config: JSON.stringify(spectralMask(norm)) }),
    refine: importKeras(weights, { config: JSON.stringify(refine(norm)) }),
  };
}

/**
 * One of DTLN's networks from the features of its LSTM layers to its mask alone: what becomes integers, whatever surrounds it.
 *
 * @param stage 1 masks spectra, 2 the learned transform
 */
export function maskFromKeras(weights: Uint8Array, stage: 1 | 2): Graph {
  const { features } = MASKS[stage];
  const description = functional(`stage_${stage}`, [
    input('features', features),
    ...maskLayers(stage, 'features'),
  ]);
  return importKeras(weights, { config: JSON.stringify(description) });
}

/** A layer of a description and what it is applied to. */
type Layer = readonly [className: string, name: string, config: object, inputs: readonly string[]];

/** The layers behind a mask, by their names in the files. */
const MASKS = {
  1: { features: BINS, lstms: ['lstm', 'lstm_1'], dense: 'dense' },
  2: { features: ENCODED, lstms: ['lstm_2', 'lstm_3'], dense: 'dense_1' },
} as const;

/** LSTM -> LSTM -> dense -> logistic. */
function maskLayers(stage: 1 | 2, from: string): Layer[] {
  const { features, lstms, dense } = MASKS[stage];
  const [first, second] = lstms;
  return [
    lstm(first, from),
    lstm(second, first),
    ['Dense', dense, { units: features, activation: 'sigmoid' }, [second]],
  ];
}

function spectralMask(norm: boolean): object {
  const features: Layer[] = norm
    ? [
        ['Rescaling', 'above_zero', { offset: EPSILON }, ['magnitudes']],
        ['Log', 'logarithm', {}, ['above_zero']],
        normalization('instant_layer_normalization', 'logarithm'),
      ]
    : [];
  return functional('spectral_mask', [
    input('magnitudes', BINS),
    ...features,
    ...maskLayers(1, features.at(-1)?.[1] ?? 'magnitudes'),
  ]);
}

function refine(norm: boolean): object {
  const normalized = norm ? 'instant_layer_normalization_1' : 'layer_normalization';
  return functional('refine', [
    input('frames', FRAME),
    pointwise('conv1d', ENCODED, 'frames'),
    normalization(normalized, 'conv1d'),
    ...maskLayers(2, normalized),
    ['Multiply', 'masked', {}, ['conv1d', 'dense_1']],
    pointwise('conv1d_1', FRAME, 'masked'),
  ]);
}

function input(name: string, values: number): Layer {
  return ['InputLayer', name, { batch_shape: [null, null, values] }, []];
}

function lstm(name: string, from: string): Layer {
  return ['LSTM', name, { units: UNITS, return_sequences: true }, [from]];
}

function normalization(name: string, from: string): Layer {
  return ['LayerNormalization', name, { axis: -1, epsilon: EPSILON }, [from]];
}

function pointwise(name: string, filters: number, from: string): Layer {
  return ['Conv1D', name, { filters, kernel_size: 1, use_bias: false }, [from]];
}

/** A Functional model from the first layer to the last, as Keras describes it. */
function functional(name: string, layers: readonly Layer[]): object {
  const end = (layer: Layer | undefined): unknown => [[layer?.[1], 0, 0]];
  return {
    class_name: 'Functional',
    config: {
      name,
      layers: layers.map(([class_name, layerName, config, inputs]) => ({
        class_name,
        name: layerName,
        config,
        inbound_nodes: inputs.length === 0 ? [] : [inputs.map((from) => [from, 0, 0, {}])],
      })),
      input_layers: end(layers[0]),
      output_layers: end(layers.at(-1)),
    },
  };
}
