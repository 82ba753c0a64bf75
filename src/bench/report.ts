import type { GpuCapabilities, KernelOptions, LstmPath } from '../index';
import type { Ceilings } from './ceilings';
import type { PeerResult } from './peer';
import type { BenchShape } from './shapes';
import type { Timing } from './statistics';
import type { CallWork } from './work';

/** What a benchmark ran in, as far as the program that runs it can tell. */
export interface BenchEnvironment {
  /** `Node 20.20.2, Dawn 0.6.2`, or the browser and its version. */
  readonly runtime: string;
  /** Operating system, architecture and processor, as far as they are known. */
  readonly machine: string;
  /** Logical processors. */
  readonly processors: number;
  /** What else the machine was doing: load averages over 1, 5 and 15 minutes before the run; null where unknown. */
  readonly loadAverage: readonly number[] | null;
}

/** What one network took. */
export interface NetworkResult extends CallWork {
  /** As the table has it. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  /** Of a random network; null for a model file. */
  readonly shape: BenchShape | null;
  /** Of one call. */
  readonly timesteps: number;
  /** Sequences of one call. */
  readonly batch: number;
  /** How its LSTM layers ran. */
  readonly paths: readonly LstmPath[];
  /** What its kernels used of the device. */
  readonly dot: NonNullable<KernelOptions['dot']>;
  /** Whether activation rows were passed around in subgroups. */
  readonly rows: NonNullable<KernelOptions['rows']>;
  /** Wall time of one call with upload and readback. */
  readonly call: Timing;
  /** Time in compute passes of one call; null where the adapter has no timestamps. */
  readonly gpu: Timing | null;
  /** From the graph in memory to the first result on a new device: lowering, packing, upload, compilation, the call. */
  readonly coldStartMs: number;
  /** Multiply-accumulates per second at the median. */
  readonly gmacPerSecond: number;
  /** `movedBytes` per second at the median. */
  readonly gbPerSecond: number;
  /** What the host asked the device for in one call. */
  readonly perCall: {
    /** Command buffers submitted. */
    readonly submissions: number;
    /** Dispatches in them. */
    readonly dispatches: number;
  };
  /** The median call against the same run's ceilings. */
  readonly fractions: {
    /** Of the packed-dot rate from registers. */
    readonly ofDot: number;
    /** Of the rate that loading every weight once per batch row allows. */
    readonly ofLoadBound: number;
    /** `gbPerSecond` of the rate at which memory can be streamed. */
    readonly ofStream: number;
    /** Wall time over an empty submission's. */
    readonly emptySubmits: number;
    /** Median call over its timesteps. */
    readonly microsecondsPerTimestep: number;
  };
  /** Leading timesteps that were compared with the reference; all later results were compared with the first one. */
  readonly checkedTimesteps: number;
  /** The same network in other runtimes. */
  readonly peers: readonly PeerResult[];
}

/** What a benchmark found out; what `bench/results` keeps. */
export interface BenchReport {
  /** Tells the JSON from that of other programs. */
  readonly format: typeof REPORT_FORMAT;
  /** Of the format. */
  readonly version: typeof REPORT_VERSION;
  /** ISO 8601. */
  readonly date: string;
  /** What it ran in. */
  readonly environment: BenchEnvironment;
  /** The adapter, in its driver's words. */
  readonly adapter: GpuCapabilities['adapter'];
  /** Of weights and inputs. */
  readonly seed: number;
  /** Step to which the adapter's timestamps are rounded; null without timestamps. */
  readonly timestampQuantumMs: number | null;
  /** What the adapter can do, measured in the same run. */
  readonly ceilings: Ceilings;
  /** In the order of the subjects. */
  readonly results: readonly NetworkResult[];
}

export const REPORT_FORMAT = 'octogate-bench';
export const REPORT_VERSION = 2;

/** Why a file is no report that this version reads; null if it is one. */
export function reportProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== REPORT_FORMAT) {
    return 'it is not what `octogate bench --json` prints';
  }
  const version = 'version' in value ? value.version : undefined;
  if (version !== REPORT_VERSION) {
    return `it is a report of version ${String(version)}, and version ${REPORT_VERSION} is read; measure again`;
  }
  return 'results' in value && Array.isArray(value.results) ? null : 'it has no results';
}

/**
 * Reads a report back.
 *
 * @returns the report, or what is wrong with the text
 */
export function parseReport(text: string): BenchReport | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return reportProblem(value) ?? (value as BenchReport);
}
