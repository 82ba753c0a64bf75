import { at } from '../../errors';
import type { Graph, TensorId } from '../../model';
import { matrixProducts } from '../products';
import type { Site } from '../sites';
import { inputShareSite, preActivationSite, tensorSite } from '../sites';
import { ChannelHistograms } from './channel-histograms';
import { DeviationCollector } from './deviations';
import { MomentCollector } from './moments';
import type { Moments } from './moments';
import { SHIFTED_GATES, ShiftCollector } from './shifts';

/** What calibration finds out besides ranges. */
export interface Statistics {
  /** Of the vectors that matrices are multiplied with, by {@link siteId}. */
  readonly moments: ReadonlyMap<string, Moments>;
  /** Mean of one over the standard deviation of what each gate's layer norm normalises, by {@link siteId}. */
  readonly inverseDeviations: ReadonlyMap<string, number>;
  /** Of what flows into LSTM layers, by tensor. */
  readonly channels: ReadonlyMap<TensorId, ChannelHistograms>;
  /** What each unit's forget and output gate would have moved from the recurrent share to the input's, by {@link siteId} of the sum. */
  readonly shifts: ReadonlyMap<string, Float32Array>;
}

/** What to collect; what nobody asks for costs nothing. */
export interface StatisticsDemand {
  /** First moments, and inverse deviations. */
  readonly means: boolean;
  /** Second moments: a matrix of `depth * depth` doubles per product. */
  readonly products: boolean;
  /** Distribution of each channel of each LSTM input. */
  readonly channels: boolean;
  /** What keeps the shares of gates' sums from saturating. */
  readonly shifts: boolean;
}

/** A site as the key of a map. */
export function siteId({ group, key }: Site): string {
  return `${group} ${key}`;
}

/** Collects statistics during a float run; its size does not depend on how much data there is. */
export class StatisticsCollector {
  private readonly moments = new Map<string, MomentCollector>();
  private readonly deviations = new Map<string, DeviationCollector>();
  private readonly channels = new Map<TensorId, ChannelHistograms>();
  private readonly channelSites = new Map<string, ChannelHistograms>();
  private readonly shifts = new Map<string, ShiftCollector>();
  /** The same, by site of the input's share. */
  private readonly shares = new Map<string, ShiftCollector>();

  constructor(graph: Graph, demand: StatisticsDemand) {
    if (demand.means || demand.products) this.watchProducts(graph, demand.products);
    if (demand.channels) this.watchInputs(graph);
    if (demand.shifts) this.watchShares(graph);
  }

  observe(site: Site, values: Float32Array): void {
    const id = siteId(site);
    this.moments.get(id)?.include(values);
    this.deviations.get(id)?.include(values);
    this.channelSites.get(id)?.include(values);
    this.shares.get(id)?.includeInputShare(values);
    this.shifts.get(id)?.includeSum(values);
  }

  endSample(): void {
    for (const collector of this.shifts.values()) collector.endSample();
  }

  statistics(): Statistics {
    const mapped = <T, U>(map: ReadonlyMap<string, T>, evaluate: (value: T) => U): Map<string, U> =>
      new Map(Array.from(map, ([id, value]) => [id, evaluate(value)]));
    return {
      moments: mapped(this.moments, (collector) => collector.moments()),
      inverseDeviations: mapped(this.deviations, (collector) => collector.meanInverse()),
      channels: this.channels,
      shifts: mapped(this.shifts, (collector) => collector.shifts()),
    };
  }

  private watchProducts(graph: Graph, withProducts: boolean): void {
    for (const { site, depth, matrices } of matrixProducts(graph)) {
      this.moments.set(siteId(site), new MomentCollector(depth, withProducts));
      for (const { layerNorm } of matrices) {
        if (layerNorm === null) continue;
        const units = at(at(graph.tensors, layerNorm.coefficients).shape, 0);
        this.deviations.set(siteId(layerNorm.site), new DeviationCollector(units));
      }
    }
  }

  private watchShares(graph: Graph): void {
    for (const op of graph.ops) {
      if (op.kind !== 'lstm') continue;
      for (const direction of op.directions) {
        for (const gate of SHIFTED_GATES) {
          const { recurrentWeights, layerNorm, peephole } = direction.gates[gate];
          // Layer norm takes constants out again, and a peephole's share comes third.
          if (layerNorm !== null || peephole !== null) continue;
          const collector = new ShiftCollector(at(at(graph.tensors, recurrentWeights).shape, 0), gate);
          this.shifts.set(siteId(preActivationSite(op, direction, gate)), collector);
          this.shares.set(siteId(inputShareSite(op, direction, gate)), collector);
        }
      }
    }
  }

  private watchInputs(graph: Graph): void {
    for (const op of graph.ops) {
      if (op.kind !== 'lstm') continue;
      const features = at(at(graph.tensors, op.directions[0].gates.forget.inputWeights).shape, 1);
      const id = siteId(tensorSite(graph, op.input));
      const histograms = this.channelSites.get(id) ?? new ChannelHistograms(features);
      this.channelSites.set(id, histograms);
      this.channels.set(op.input, histograms);
    }
  }
}
