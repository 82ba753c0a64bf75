import type { ObserverKind, RangeObserver } from './observers';
import type { Range } from './range';
import type { Site } from './sites';

/** One observer per site, created when the site is first seen. */
export class SiteObservers {
  private readonly groups: Readonly<Record<Site['group'], Map<string, RangeObserver>>> = {
    tensors: new Map(),
    internals: new Map(),
  };
  private readonly kindNames = new Set<string>();

  constructor(private readonly kindOf: (site: Site) => ObserverKind) {}

  /** Whether nothing was observed. */
  get isEmpty(): boolean {
    return this.groups.tensors.size === 0;
  }

  /** Names of the kinds in use, in order of appearance. */
  get names(): string {
    return [...this.kindNames].join(', ');
  }

  observe(site: Site, values: Float32Array): void {
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

  ranges(group: Site['group']): Record<string, Range> {
    return Object.fromEntries(Array.from(this.groups[group], ([key, observer]) => [key, observer.range()]));
  }
}
