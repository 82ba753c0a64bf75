import type { ObserverKind, RangeObserver } from './observers';
import { RANGES_FORMAT } from './range';
import type { CalibrationRanges, Range } from './range';
import type { RangeSite, Site } from './sites';

/** One observer per site, created when the site is first seen. */
export class SiteObservers {
  private readonly groups: Readonly<Record<RangeSite['group'], Map<string, RangeObserver>>> = {
    tensors: new Map(),
    internals: new Map(),
  };
  /** Names of the kinds in use, in order of appearance. */
  private readonly kindNames = new Set<string>();

  constructor(private readonly kindOf: (site: RangeSite) => ObserverKind) {}

  observe(site: Site, values: Float32Array): void {
    if (site.group === 'vectors') return;
    const group = this.groups[site.group];
    let observer = group.get(site.key);
    if (observer === undefined) {
      const kind = this.kindOf(site);
      observer = kind.create();
      this.kindNames.add(kind.name);
      group.set(site.key, observer);
    }
    observer.observe(values);
  }

  endSample(): void {
    for (const group of Object.values(this.groups)) {
      for (const observer of group.values()) observer.endSample();
    }
  }

  /** What was found in so many samples. */
  calibration(samples: number): CalibrationRanges {
    return {
      format: RANGES_FORMAT,
      observer: [...this.kindNames].join(', '),
      samples,
      tensors: this.ranges('tensors'),
      internals: this.ranges('internals'),
    };
  }

  private ranges(group: RangeSite['group']): Record<string, Range> {
    return Object.fromEntries(Array.from(this.groups[group], ([key, observer]) => [key, observer.range()]));
  }
}
