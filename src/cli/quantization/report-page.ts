import { parseHTML } from 'linkedom';
import { reportHtml } from '../../report/page/page';
import type { QuantizationReport } from '../../report/report';

/** The report as one HTML file. */
export function reportPage(report: QuantizationReport): string {
  // linkedom's types have nothing to do with the DOM's, which it implements.
  const { document } = parseHTML('<!doctype html><html></html>') as unknown as {
    readonly document: Document;
  };
  return reportHtml(report, { document });
}
