import { reportHtml } from 'octogate/report';
import type { QuantizationReport } from 'octogate/report';

/**
 * The report as one HTML file. Charts are drawn in a document of their own: the page's policy, which forbids inline styles,
 * is not the file's.
 */
export function reportPage(report: QuantizationReport): string {
  return reportHtml(report, { document: document.implementation.createHTMLDocument('') });
}
