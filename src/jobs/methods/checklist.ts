/**
 * @file A reporting checklist after CLAIM 2024 (Tejani et al., Radiology: Artificial Intelligence 6(4):e240300), in our own short words and
 * without its numbers: the list itself is to be filled in from the journal. Nothing is ever ticked here.
 */

export interface ChecklistItem {
  readonly item: string;
  /** What in the files answers it; null: nothing does. */
  readonly answeredBy: string | null;
}

export interface ChecklistFacts {
  readonly isMaps: boolean;
  readonly hasSets: boolean;
  readonly hasEnvironment: boolean;
  readonly hasTest: boolean;
  readonly hasMetrics: boolean;
  readonly hasMaps: boolean;
  readonly transferred: boolean;
  readonly votes: boolean;
  readonly extraction: boolean;
}

export const yours = 'yours to write';
export const checklistSource =
  'After CLAIM 2024 (Tejani et al., Radiology: Artificial Intelligence 2024, doi 10.1148/ryai.240300), shortened in our words and without its numbers: fill in the list of the journal itself.';

export function reportingChecklist(facts: ChecklistFacts): ChecklistItem[] {
  const given = (is: boolean, by: string): string | null => (is ? by : null);
  const rows: (readonly [string, string | null])[] = [
    ['The title or abstract says that a machine learned, and by which kind of network', null],
    ['The abstract tells design, data, results and conclusion', null],
    ['Background, and the role of the method in the clinic', null],
    ['Aim and hypotheses', null],
    ['Prospective or retrospective; goal of the study', null],
    ['Where the data come from, and when', null],
    ['Who was included, and who was not', null],
    ['How images were acquired', null],
    ['How images were preprocessed', given(facts.extraction, 'the paragraph, the extraction in maps.json or tensor_extraction')],
    ['Which part of the data was used, and why', null],
    ['How identities were removed', null],
    ['What was done about missing data', null],
    ['What the reference standard is, why this one, and who set it', null],
    ['How far those who set it agree', null],
    ['How data were divided into training, validation and test', given(facts.hasSets, 'the tables in groups, the paragraph')],
    ['On which level the sets are apart', given(facts.hasSets, 'the leakage report (leak-check)')],
    ['How many participants the test needs', null],
    ['The network: layers, input, output', given(facts.isMaps, 'maps.json, information.log')],
    ['Software with its versions', given(facts.hasEnvironment, 'environment.txt')],
    [
      'What the weights began with',
      given(facts.isMaps, facts.transferred ? 'transfer_path in maps.json' : 'seed and transfer_path in maps.json'),
    ],
    ['How training was done: optimiser, rates, augmentation, when it ended', given(facts.isMaps, 'maps.json, training.tsv')],
    ['How the network was chosen', given(facts.isMaps, 'selection_metrics in maps.json')],
    ['How several networks or elements are joined', given(facts.votes, 'mode and num_networks in maps.json')],
    ['Measures of performance', given(facts.hasMetrics, 'the tables of metrics')],
    ['Uncertainty of the measures', given(facts.hasMetrics, 'the intervals in the tables of metrics, where they have some')],
    ['Robustness: what changes the result', null],
    ['How predictions are explained', given(facts.hasMaps, 'the maps in interpret-…')],
    [
      'Test on data of one’s own',
      given(facts.hasTest, 'the groups beside train and validation; whether they are your own you know'),
    ],
    ['Test on data from elsewhere', null],
    ['How many were included and left out, step by step', null],
    ['Who is in each set: age, sex, disease', null],
    ['Performance on each set and subgroup', given(facts.hasMetrics, 'the tables of metrics of each group')],
    ['Which cases fail', given(facts.hasMetrics, 'the tables of predictions')],
    ['Limits, bias, and whether the result holds for others', null],
    ['What it means for practice', null],
    ['Registration and protocol', null],
    ['Where code, model and data are', null],
    ['Who paid, and what they decided', null],
  ];
  return rows.map(([item, answeredBy]) => ({ item, answeredBy }));
}
