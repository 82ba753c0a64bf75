/**
 * The benchmark as a module: what `octogate bench` runs in Node runs in a page, too.
 *
 * @packageDocumentation
 */
export type { Ceilings } from './ceilings';
export type { BenchNetwork, BenchSubject } from './network';
export type { Peer, PeerCall, PeerOutcome, PeerResult } from './peer';
export type { BenchEnvironment, BenchReport, NetworkResult } from './report';
export { benchTable, comparisonTable } from './table';
export { parseReport } from './report';
export { compareReports } from './compare';
export type { BenchComparison, NetworkComparison } from './compare';
export { runBenchmark } from './run-benchmark';
export type { BenchOptions } from './run-benchmark';
export { parseShape, SHAPES } from './shapes';
export type { BenchLayer, BenchShape } from './shapes';
export type { Timing } from './statistics';
export type { CallWork } from './work';
export { predictCall, profileOfReport } from './predict';
export type { Bound, CallPrediction, KernelPrediction } from './predict';
export { PROFILES } from './profiles';
export type { GpuProfile } from './profiles';
