import type { GraphReport, LstmLayerReport, TensorReport } from 'octogate/inspect';

const KIB = 1024;

export function countOf(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** `3 ops`, `1 op`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${countOf(count)} ${count === 1 ? singular : plural}`;
}

export function bytesOf(bytes: number): string {
  if (bytes < KIB) return counted(bytes, 'byte');
  return bytes < KIB * KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${(bytes / KIB / KIB).toFixed(2)} MiB`;
}

export function shapeOf(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Six digits, powers of two as such. */
export function realOf(value: number): string {
  const log2 = Math.log2(value);
  return Number.isInteger(log2) && log2 < 0 ? `2^${log2}` : String(Number(value.toPrecision(6)));
}

/** `scale 0.0039, zero point -128`, or how many scales; empty for a tensor without. */
export function scaleOf({ quantization }: TensorReport): string {
  if (quantization === null) return '';
  const { scales, zeroPoints, axis } = quantization;
  if (axis !== null || scales.length > 1) {
    return `${scales.length} scales, ${realOf(Math.min(...scales))} to ${realOf(Math.max(...scales))}`;
  }
  const [scale = 0] = scales;
  const [zeroPoint = 0] = zeroPoints;
  return `scale ${realOf(scale)}${zeroPoint === 0 ? '' : `, zero point ${zeroPoint}`}`;
}

/** `fully connected` for `fullyConnected`. */
export function kindOf(kind: string): string {
  return kind === 'lstm' ? 'LSTM' : kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function stateBytesOf({ layers }: GraphReport): number {
  return layers.reduce((sum, { stateBytesPerSequence }) => sum + stateBytesPerSequence, 0);
}

/** The paper's options, and whether a layer has them. */
export function optionsOf({ variant }: LstmLayerReport): readonly (readonly [string, boolean])[] {
  return [
    ['layer norm', variant.layerNorm],
    ['projection', variant.projection],
    ['peephole', variant.peephole],
    ['CIFG', variant.cifg],
  ];
}

export function decibelsOf(value: number | null): string {
  return value === null ? 'exact' : `${value.toFixed(1)} dB`;
}

export function durationOf(ms: number): string {
  return ms < 1 ? `${(ms * 1000).toFixed(0)} µs` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}
