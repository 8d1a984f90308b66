/** @file The leakage detective: what lies on the disk → a finding for each way in which data leak. Reads nothing itself. */
import { associationOf } from '../../cohort/association';
import type { Facts } from './facts';
import { type Evidence, findingOf, type LeakFinding } from './finding';
import { judgeEnsemble, judgeSelection, judgeTransfer } from './judge-maps';
import { judgeCut, judgeParticipants, judgeSessions, judgeTwins } from './judge-sides';

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;

function judgeSite({ site }: Facts): LeakFinding {
  const [leaks, missing, looked]: [Evidence[], Evidence[], Evidence[]] = [[], [], []];
  const { files } = site;
  if (site.columns.length === 0)
    missing.push({ sentence: 'No table that was looked at has a column of sites or scanners beside the label.' });
  for (const { name, sites, labels } of site.columns) {
    const found = associationOf(sites, labels);
    if (found === null) {
      missing.push({ sentence: `The column "${name}" or the label "${site.label}" has one value only.`, files });
      continue;
    }
    const { cramersV, n, bySite, without } = found;
    const numbers = `Cramér's V ${cramersV.toFixed(2)}; the best guess by "${name}" is right for ${bySite} of ${n} (${percent(bySite, n)}), without it for ${without} (${percent(without, n)})`;
    if (found.answer === 'told')
      leaks.push({
        sentence: `"${name}" tells the label "${site.label}": ${numbers}; none of 9,999 shuffles tells as much.`,
        files,
      });
    else if (found.answer === 'unsure')
      missing.push({ sentence: `Too few participants to tell it from chance: ${numbers}.`, files });
    else looked.push({ sentence: `"${name}" does not tell the label "${site.label}": ${numbers}.`, files });
  }
  return findingOf('site', { leaks, missing, looked });
}

export function judge(facts: Facts): LeakFinding[] {
  return [
    judgeParticipants(facts),
    judgeSessions(facts),
    judgeTwins(facts),
    judgeSelection(facts),
    judgeTransfer(facts),
    judgeCut(facts),
    judgeEnsemble(facts),
    judgeSite(facts),
  ];
}
